package lint

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"text/template"

	amtemplate "github.com/prometheus/alertmanager/template"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerTemplate = &Check{
	Code: "alertmanager/template", Severity: diag.Error, Warns: true,
	Summary: "the text of a notification is no template, or one that fails",
	Why: "Alertmanager loads the configuration, and only when an alert fires the notification fails: it is retried, and nobody " +
		"gets it. An annotation that no alert of the files has, and whose name is nearly that of one, prints nothing: a warning.",
	Run: func(p *Pass) {
		for _, config := range p.Set.Alertmanagers {
			if config.IsTemplate {
				continue // what stands in {{ }} is for Helm
			}
			standalone := len(config.Templates) == 0 && config.Source != ""
			for _, receiver := range config.Receivers {
				for _, integration := range receiver.Integrations {
					eachNotified(integration.Settings, func(text read.Text) {
						badTemplate(p, Place{Owner: integration.Pos, Name: receiver.Name.Value}, text, standalone)
					})
				}
			}
		}
	},
}

// plainField is a field that Alertmanager never expands, or whose content is nobody's business: how to connect, and secrets.
var plainField = regexp.MustCompile(`^(?:http_config|tls_config|sigv4)$|_file$|(?:key|token|password|secret|credentials|identity|api_url|webhook_url)$`)

// eachNotified visits every text of an integration that may be a template.
func eachNotified(value read.Value, visit func(read.Text)) {
	if text := value.Text(); !text.IsZero() {
		visit(text)
	}
	for _, item := range value.Items() {
		eachNotified(item, visit)
	}
	for name, below := range value.Fields() {
		if !plainField.MatchString(name.Value) {
			eachNotified(below, visit)
		}
	}
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

// templateProblem is an error of text/template: `template: :1:3: executing "" at <.X>: can't evaluate field X`.
var templateProblem = regexp.MustCompile(`^template: :(\d+)(?::\d+)?: (?:executing .* at <(.*)>: )?(?s:(.*))$`)

// provable are the errors of executing a template that no other alert would avoid.
var provable = regexp.MustCompile(`can't evaluate field (\w+) in type \S*?(\w+)$|template "(.*)" not defined`)

func badTemplate(p *Pass, at Place, text read.Text, standalone bool) {
	if !strings.Contains(text.Value, "{{") {
		return
	}
	at.Secret = strings.Contains(text.Value, "://") // addresses of webhooks are secrets
	parsed, err := template.New("").Funcs(template.FuncMap(amtemplate.DefaultFuncs)).Parse(text.Value)
	if err != nil {
		where, message := problemAt(text, err)
		at.At = where
		if at.Secret {
			message = quotedWord.ReplaceAllString(message, "…")
		}
		p.Report(at, "it must be a template of Go, with the functions of Alertmanager's notifications", "not a template: %s", message)
		return
	}
	if parsed.Tree != nil {
		misspeltKeys(p, at, text, parsed.Root)
	}
	ready, err := alertmanagerTemplates()
	if err != nil {
		return // the default templates are Alertmanager's own
	}
	_, err = ready.ExecuteTextString(text.Value, sampleNotification)
	if err == nil {
		return
	}
	where, message := problemAt(text, err)
	at.At = where
	switch parts := provable.FindStringSubmatch(message); {
	case parts == nil:
	case parts[3] != "" && standalone:
		p.Report(at, "list the file that defines it under templates", "there is no template %q: the configuration lists no files with templates",
			parts[3])
	case parts[3] == "" && alertFields[parts[1]] && parts[2] == "Data":
		p.Report(at, "write .CommonLabels or .CommonAnnotations, or put it inside {{ range .Alerts }}",
			"a notification has no field %s: it is one of each alert", parts[1])
	case parts[3] == "":
		p.Report(at, "see the notification template reference of Alertmanager's documentation", "there is no field %s in %s", parts[1], parts[2])
	}
}

// alertFields are the fields of an alert that a notification itself does not have.
var alertFields = map[string]bool{"Labels": true, "Annotations": true, "StartsAt": true, "EndsAt": true, "GeneratorURL": true,
	"Fingerprint": true}

// alertmanagerTemplates are Alertmanager's default templates and functions.
var alertmanagerTemplates = sync.OnceValues(func() (*amtemplate.Template, error) { return amtemplate.FromGlobs(nil) })

// sampleNotification is a notification of two alerts, so that whatever is said of each alert is executed.
var sampleNotification = &amtemplate.Data{
	Status: "firing", ExternalURL: "http://alertmanager:9093", Alerts: amtemplate.Alerts{sampleAlert("firing"), sampleAlert("resolved")},
	GroupLabels: amtemplate.KV{"alertname": "A"}, CommonLabels: amtemplate.KV{"alertname": "A"}, CommonAnnotations: amtemplate.KV{"summary": "s"},
}

func sampleAlert(status string) amtemplate.Alert {
	return amtemplate.Alert{Status: status, Labels: amtemplate.KV{"alertname": "A"}, Annotations: amtemplate.KV{"summary": "s"}}
}

// problemAt is the place and the message of an error of text/template.
func problemAt(text read.Text, err error) (diag.Pos, string) {
	parts := templateProblem.FindStringSubmatch(err.Error())
	if parts == nil {
		return text.At(), err.Error()
	}
	line, _ := strconv.Atoi(parts[1])
	start, length := lineOf(text.Value, line)
	if inside := strings.Index(text.Value[start:], parts[2]); parts[2] != "" && inside >= 0 {
		start, length = start+inside, len(parts[2])
	}
	return text.Pos(start, length), parts[3]
}
