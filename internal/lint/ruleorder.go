package lint

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

var ruleOrder = &Check{
	Code: "rule/order", Severity: diag.Warning,
	Summary: "a rule reads a series that a later rule of its group records",
	Why: "Prometheus evaluates the rules of a group one after the other. What reads a series before it is recorded sees the value " +
		"of the evaluation before: an alert fires one interval late, and a chain of recordings adds one interval for each link.",
	Run: func(p *Pass) {
		recordings := recordingsByName(p.Rules)
		positions := positionsInGroups(p.Rules)
		for i := range p.Rules {
			for _, selector := range instantSelectors(&p.Rules[i]) {
				checkReadOrder(p, &p.Rules[i], selector, recordings[selector.Name], positions)
			}
		}
	},
}

// recordingsByName are the recording rules of each series.
func recordingsByName(rules []Rule) map[string][]*Rule {
	recordings := map[string][]*Rule{}
	for i := range rules {
		if name := rules[i].Record.Value; name != "" {
			recordings[name] = append(recordings[name], &rules[i])
		}
	}
	return recordings
}

// positionsInGroups numbers the rules of each group.
func positionsInGroups(rules []Rule) map[*Rule]int {
	positions := make(map[*Rule]int, len(rules))
	for i := range rules {
		if i > 0 && rules[i-1].Group == rules[i].Group {
			positions[&rules[i]] = positions[&rules[i-1]] + 1
		}
	}
	return positions
}

// selectors are the series that a rule reads.
func selectors(rule *Rule) []*parser.VectorSelector {
	if rule.Parsed == nil {
		return nil
	}
	var found []*parser.VectorSelector
	parser.Inspect(rule.Parsed, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok && s.Name != "" {
			found = append(found, s)
		}
		return nil
	})
	return found
}

// instantSelectors are the series of which a rule reads the newest value alone. A range that lacks it is hardly another.
func instantSelectors(rule *Rule) []*parser.VectorSelector {
	if rule.Parsed == nil {
		return nil
	}
	var found []*parser.VectorSelector
	parser.Inspect(rule.Parsed, func(node parser.Node, path []parser.Node) error {
		s, ok := node.(*parser.VectorSelector)
		if ok && s.Name != "" && !slices.ContainsFunc(path, looksBack) {
			found = append(found, s)
		}
		return nil
	})
	return found
}

func looksBack(node parser.Node) bool {
	switch node.(type) {
	case *parser.MatrixSelector, *parser.SubqueryExpr:
		return true
	}
	return false
}

// checkReadOrder reports a series that only later rules of the group record. What reads itself counts up on purpose, and what
// looks back by offset does not mind.
func checkReadOrder(p *Pass, rule *Rule, selector *parser.VectorSelector, recordings []*Rule, positions map[*Rule]int) {
	if selector.Name == rule.Record.Value || selector.OriginalOffset > 0 || selector.Timestamp != nil {
		return
	}
	own := slices.DeleteFunc(slices.Clone(recordings), func(r *Rule) bool { return r.Group != rule.Group })
	if len(own) == 0 || slices.ContainsFunc(own, func(r *Rule) bool { return positions[r] < positions[rule] || reads(r, rule.Record.Value) }) {
		return
	}
	p.Report(rule.AtExpr(selector).Noting("%s is recorded in line %d", selector.Name, own[0].Pos.Line),
		"move the recording before what reads it", "%s is recorded later in the group: this reads the value of the evaluation before", selector.Name)
}

// reads reports whether a rule reads a series: two that read each other have no order.
func reads(rule *Rule, name string) bool {
	return name != "" && slices.ContainsFunc(selectors(rule), func(s *parser.VectorSelector) bool { return s.Name == name })
}
