package lower

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	amtemplate "github.com/prometheus/alertmanager/template"

	"github.com/belfry-dev/belfry/schema"
)

// checkTexts reports texts that would not stay what they are where they end up. YAML and source code refuse some control
// characters, and terminals obey others when a page is printed. Prometheus and Alertmanager expand templates wherever they
// see two braces: in a title, which becomes part of an alert's text, nobody means them; a label of an alert must be known
// beforehand, or no route could be proven.
func (l *lowerer) checkTexts() {
	l.spec.EachText(func(steps []any, text string) {
		if at := strings.IndexFunc(text, isForbidden); at >= 0 {
			character, _ := utf8.DecodeRuneInString(text[at:])
			l.report("schema/format", schema.Path(steps...), "remove it: a text may have letters, signs, line ends and tabs",
				"the text holds the control character %U", character)
			return
		}
		if !strings.Contains(text, "{{") {
			return
		}
		switch {
		case steps[0] == "receivers" && len(steps) > 2:
			if err := expandsInNotification(text); err != nil {
				l.report("receiver/template", schema.Path(steps...), "Alertmanager expands it with the data of a notification, such as {{ .CommonLabels.team }}", "it cannot be expanded: %s", lastPart(err))
			}
		case isExpandedUnmeant(steps):
			l.report("alert/template", schema.Path(steps...), "write it into summary or description of the alerts",
				"a template can stand in the summary and the description of an alert alone")
		}
	})
}

func isForbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// isExpandedUnmeant reports whether what stands at a path becomes part of a label or an annotation, which Prometheus expands,
// besides the texts that may be templates.
func isExpandedUnmeant(steps []any) bool {
	last := steps[len(steps)-1]
	switch steps[0] {
	case "signals":
		return last == "title" || last == "help"
	case "alerts", "slos":
		isLabel := steps[len(steps)-2] == "labels"
		return isLabel || last == "title" || last == "component" || last == "action" || last == "runbook"
	case "service":
		return last == "runbooks"
	case "platform":
		return len(steps) == 3 && steps[1] == "grafana" && last == "url"
	}
	return false
}

// notificationTemplates are Alertmanager's own, parsed once.
var notificationTemplates = sync.OnceValues(func() (*amtemplate.Template, error) { return amtemplate.FromGlobs(nil) })

// expandsInNotification expands a text as Alertmanager does for a notification of one alert.
func expandsInNotification(text string) error {
	templates, err := notificationTemplates()
	if err != nil {
		return err
	}
	_, err = templates.ExecuteTextString(text, &amtemplate.Data{Status: "firing", Alerts: amtemplate.Alerts{{Status: "firing"}}})
	return err
}
