package lint

import (
	"regexp"
	"strconv"
	"strings"
	"text/template"

	amtemplate "github.com/prometheus/alertmanager/template"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerTemplate = &Check{
	Code: "alertmanager/template", Severity: diag.Error,
	Summary: "the text of a notification is no template",
	Why: "Alertmanager loads the configuration, and only when an alert fires the notification fails: it is retried, and nobody " +
		"gets it.",
	Run: func(p *Pass) {
		for _, config := range p.Set.Alertmanagers {
			for _, receiver := range config.Receivers {
				for _, integration := range receiver.Integrations {
					eachText(integration.Settings, func(text read.Text) {
						badTemplate(p, Place{Owner: integration.Pos, Name: receiver.Name.Value}, text)
					})
				}
			}
		}
	},
}

// eachText visits every scalar in a value.
func eachText(value read.Value, visit func(read.Text)) {
	if text := value.Text(); !text.IsZero() {
		visit(text)
	}
	for _, item := range value.Items() {
		eachText(item, visit)
	}
	for _, below := range value.Fields() {
		eachText(below, visit)
	}
}

// templateProblem is an error of text/template: "template: :1: function "x" not defined".
var templateProblem = regexp.MustCompile(`^template: :(\d+)(?::\d+)?: (?s:(.*))$`)

func badTemplate(p *Pass, at Place, text read.Text) {
	if !strings.Contains(text.Value, "{{") {
		return
	}
	_, err := template.New("").Funcs(template.FuncMap(amtemplate.DefaultFuncs)).Parse(text.Value)
	if err == nil {
		return
	}
	message, start, length := err.Error(), 0, len(text.Value)
	if parts := templateProblem.FindStringSubmatch(message); parts != nil {
		message = parts[2]
		start, length = lineOf(text.Value, parts[1])
	}
	at.At = text.Pos(start, length)
	p.Report(at, "it must be a template of Go, with the functions of Alertmanager's notifications", "not a template: %s", message)
}

// lineOf is where a line starts, given its number as text, and how long it is.
func lineOf(text, number string) (start, length int) {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if number == strconv.Itoa(i+1) {
			return start, len(strings.TrimRight(line, "\n"))
		}
		start += len(line)
	}
	return 0, len(text)
}
