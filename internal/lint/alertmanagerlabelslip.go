package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/alertmanager/matcher/parse"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerLabelSlip = &Check{
	Code: "alertmanager/label-slip", Severity: diag.Warning,
	Summary: "a label in the configuration is one letter away from one that the alerts have",
	Why: "A matcher on a label that no alert has takes no alert, and in equal or group_by such a label compares nothing: it is missing " +
		"on both sides, and what is missing counts as equal.",
	Run: func(p *Pass) {
		known := p.carriedLabels()
		for i := range p.Set.Alertmanagers {
			config := &p.Set.Alertmanagers[i]
			s := slips{p, known, config.Pos}
			s.route(config.Route)
			for _, rule := range config.Inhibitions {
				s.owner = rule.Pos
				s.matchers(rule.Source)
				s.matchers(rule.Target)
				s.names(rule.Equal)
			}
		}
	},
}

// carriedLabels are the labels that the alerts of the files have or may have.
func (f *Files) carriedLabels() []string {
	known := map[string]bool{"alertname": true}
	for i := range f.Rules {
		rule := &f.Rules[i]
		if rule.Alert.Value == "" {
			continue
		}
		for _, label := range slices.Concat(rule.Group.Labels, rule.Labels) {
			known[label.Name.Value] = true
		}
		if rule.Analysis == nil {
			continue
		}
		for _, set := range rule.Analysis.Root.Branches {
			for _, name := range set.Names() {
				known[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// slips looks through one configuration.
type slips struct {
	pass  *Pass
	known []string
	owner diag.Pos
}

func (s slips) route(r *read.Route) {
	if r == nil {
		return
	}
	s.owner = r.Pos
	s.matchers(r.Matchers)
	s.names(r.GroupBy)
	for _, child := range r.Routes {
		s.route(child)
	}
}

func (s slips) matchers(m read.Matchers) {
	for _, text := range m.Matchers {
		parsed, err := parse.Matchers(text.Value)
		if err != nil {
			continue // Alertmanager refuses it, or its old parser reads it otherwise
		}
		for _, matcher := range parsed {
			s.name(text, matcher.Name)
		}
	}
	for _, pair := range slices.Concat(m.Match, m.MatchRE) {
		s.name(pair.Name, pair.Name.Value)
	}
}

func (s slips) names(texts []read.Text) {
	for _, text := range texts {
		s.name(text, text.Value)
	}
}

func (s slips) name(at read.Text, name string) {
	if slices.Contains(s.known, name) {
		return
	}
	for _, other := range s.known {
		if diag.IsSlip(name, other) {
			s.pass.Report(Place{At: at.At(), Owner: s.owner}, fmt.Sprintf("did you mean %q?", other), "no alert has a label %s", name)
			return
		}
	}
}
