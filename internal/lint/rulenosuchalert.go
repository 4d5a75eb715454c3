package lint

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
)

var ruleNoSuchAlert = &Check{
	Code: "rule/no-such-alert", Severity: diag.Warning,
	Summary: "a query of ALERTS asks for alerts that no rule of the files makes",
	Why: "Prometheus writes a series of ALERTS for each alert that is pending or firing, with the labels of the alert. A panel or rule that " +
		"asks for another name or another label is empty, which looks as if all were well.",
	Run: func(p *Pass) {
		if len(p.Alerts) == 0 {
			return
		}
		p.eachSeriesRead(func(s seriesRead) {
			if slices.Contains(alertSeries, s.name()) {
				checkNoSuchAlert(p, s)
			}
		})
	},
}

// alertSeries are what Prometheus writes of alerts (rules/alerting.go).
var alertSeries = []string{"ALERTS", "ALERTS_FOR_STATE"}

// anyonesLabels are labels of which the same values are on alerts of many owners: that one of them matches does not say whose alerts a
// query is about.
var anyonesLabels = []string{"severity", "cluster", "environment", "env", "region"}

// checkNoSuchAlert reports the one matcher without which the selector would find alerts of the files: by the others it is about them.
func checkNoSuchAlert(p *Pass, s seriesRead) {
	asked := slices.DeleteFunc(slices.Clone(s.LabelMatchers), func(m *labels.Matcher) bool {
		return m.Name == model.MetricNameLabel || m.Name == "alertstate" || matchesAll(m)
	})
	if slices.ContainsFunc(p.Alerts, func(a *Alert) bool { return a.missed(asked) == nil }) {
		checkAlertLabels(p, s, asked)
		return
	}
	for _, m := range asked {
		others := slices.DeleteFunc(slices.Clone(asked), func(other *labels.Matcher) bool { return other == m })
		var values []string
		for _, a := range p.Alerts {
			if value, known := a.Value(m.Name); known && a.surely(others) {
				values = append(values, value)
			}
		}
		if len(values) == 0 {
			continue
		}
		slices.Sort(values)
		values = slices.Compact(values)
		p.Report(s.at(s.VectorSelector), meant(m.Value, values, "write one of "+choices(values)),
			"no alert of these files has %s: those with the other labels have %s", m, listed(values))
		return
	}
}

// missed is the first matcher that an alert certainly does not meet; nil where it may meet all.
func (a *Alert) missed(asked []*labels.Matcher) *labels.Matcher {
	for _, m := range asked {
		if values := a.Values(m.Name); values != nil && !slices.ContainsFunc(values, m.Matches) {
			return m
		}
	}
	return nil
}

// surely reports whether an alert meets all matchers, of which one asks for more than alerts of anyone have.
func (a *Alert) surely(asked []*labels.Matcher) bool {
	for _, m := range asked {
		if value, known := a.Value(m.Name); !known || !m.Matches(value) {
			return false
		}
	}
	return slices.ContainsFunc(asked, func(m *labels.Matcher) bool {
		return m.Type == labels.MatchEqual && m.Value != "" && !slices.Contains(anyonesLabels, m.Name)
	})
}

// checkAlertLabels reports labels that alerts of the files are not known to have, beside ones that they have.
func checkAlertLabels(p *Pass, s seriesRead, asked []*labels.Matcher) {
	for _, m := range asked {
		if slices.Contains(p.alertLabels, m.Name) {
			continue
		}
		for _, known := range p.alertLabels {
			if diag.IsSlip(m.Name, known) && m.Name != known+"s" {
				p.Report(s.at(s.VectorSelector), "did you mean "+known+"?", "alerts of these files are not known to have a label %s", m.Name)
				return
			}
		}
	}
}
