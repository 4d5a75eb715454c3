package lower

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"

	"github.com/belfry-dev/belfry/internal/ir"
)

// valueAction is the action {{ value }} of a user's text, which stands for the value in the signal's unit.
var valueAction = regexp.MustCompile(`\{\{-?\s*value\s*-?\}\}`)

// labelAction finds the labels that a text prints. Prometheus prints nothing for one that is missing, and reports nothing.
var labelAction = regexp.MustCompile(`(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)`)

// templateHeader declares the variables that Prometheus offers to the texts of alerts (rules.AlertingRule).
const templateHeader = `{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}`

// checkTemplate expands a text with Prometheus' own template engine and labels as the alert will have them.
func checkTemplate(text string, a *ir.Alert) error {
	labels := map[string]string{}
	for name, value := range a.Labels {
		labels[name] = value
	}
	for _, name := range a.By {
		labels[name] = "example"
	}
	noQuery := func(context.Context, string, time.Time) (promql.Vector, error) { return nil, nil }
	expander := template.NewTemplateExpander(context.Background(), templateHeader+text, a.Name,
		template.AlertTemplateData(labels, nil, "", promql.Sample{F: a.Threshold.Value}), model.Time(0), noQuery, &url.URL{}, nil)
	if _, err := expander.Expand(); err != nil {
		return fmt.Errorf("it cannot be expanded: %s", lastPart(err))
	}
	for _, match := range labelAction.FindAllStringSubmatch(text, -1) {
		if name := match[1]; labels[name] == "" && name != "alertname" {
			return fmt.Errorf("the alert has no label %q, so that nothing would be printed", name)
		}
	}
	return nil
}

// lastPart is what is wrong with a template, without the names that its engine gives it.
func lastPart(err error) string {
	message := err.Error()
	if i := strings.LastIndex(message, ": "); i >= 0 {
		return message[i+2:]
	}
	return message
}
