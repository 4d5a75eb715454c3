package simulate

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"
)

// definitions are the variables that Prometheus puts before each template of a rule (rules/alerting.go).
const definitions = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"

type queryFunc func(ctx context.Context, expr string, at time.Time) (promql.Vector, error)

// expander expands the templates of one alert as Prometheus does.
type expander struct {
	alert   string
	options Options
	query   queryFunc
}

func isTemplate(text string) bool { return strings.Contains(text, "{{") }

var queryWord = regexp.MustCompile(`\bquery\b`)

// runsQuery reports whether a template may call the function query.
func runsQuery(text string) bool { return queryWord.MatchString(text) }

func (e *expander) expand(ctx context.Context, text string, result sample, at time.Time) string {
	if !isTemplate(text) {
		return text
	}
	external, err := url.Parse(e.options.ExternalURL)
	if err != nil {
		external = &url.URL{}
	}
	externalLabels := e.options.ExternalLabels
	if externalLabels == nil {
		externalLabels = map[string]string{}
	}
	data := template.AlertTemplateData(result.metric.Map(), externalLabels, e.options.ExternalURL,
		promql.Sample{Metric: result.metric, F: result.value, H: result.histogram})
	expanded, err := template.NewTemplateExpander(ctx, definitions+text, "__alert_"+e.alert, data, model.TimeFromUnixNano(at.UnixNano()),
		template.QueryFunc(e.query), external, nil).Expand()
	if err != nil {
		return fmt.Sprintf("<error expanding template: %s>", err)
	}
	return expanded
}
