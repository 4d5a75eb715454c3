package search

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	promqltypes "github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// chain is an alert with the recording rules that it reads, directly or not.
type chain struct {
	groups  []simulate.Group // with these rules alone
	group   int              // the alert's
	rule    *simulate.Rule
	records map[string][]*simulate.Rule
	reach   time.Duration // how far back the alert reads raw series, through the rules
	history time.Duration // how far back it reads what rules record
	// shortest is the shortest range of all expressions; 0 where there is none.
	shortest time.Duration
}

// newChain leaves out all rules but the alert and what it reads.
func newChain(groups []simulate.Group, group *simulate.Group, rule *simulate.Rule) *chain {
	c := &chain{rule: rule, records: map[string][]*simulate.Rule{}}
	recorded := map[string][]*simulate.Rule{}
	for g := range groups {
		for r := range groups[g].Rules {
			if one := &groups[g].Rules[r]; one.Record != "" {
				recorded[one.Record] = append(recorded[one.Record], one)
			}
		}
	}
	wanted := map[*simulate.Rule]bool{}
	var follow func(expr parser.Expr)
	follow = func(expr parser.Expr) {
		for _, selector := range selectors(expr) {
			for _, one := range recorded[nameOf(selector)] {
				if !wanted[one] && MayRecord(one, selector) {
					wanted[one] = true
					c.records[one.Record] = append(c.records[one.Record], one)
					follow(one.Expr)
				}
			}
		}
	}
	follow(rule.Expr)
	for g := range groups {
		trimmed := groups[g]
		trimmed.Rules, trimmed.Limit = nil, 0
		for r := range groups[g].Rules {
			if one := &groups[g].Rules[r]; wanted[one] || one == rule {
				trimmed.Rules = append(trimmed.Rules, *one)
			}
		}
		if &groups[g] == group {
			c.group = len(c.groups)
			trimmed.Limit = group.Limit
		}
		if len(trimmed.Rules) > 0 {
			c.groups = append(c.groups, trimmed)
		}
	}
	c.reach, c.history = c.depths(rule.Expr, 0)
	for _, expr := range c.exprs() {
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			if m, ok := node.(*parser.MatrixSelector); ok && (c.shortest == 0 || m.Range < c.shortest) {
				c.shortest = m.Range
			}
			return nil
		})
	}
	return c
}

// MayRecord reports whether a selector can read what a rule records: the rule's own labels are known.
func MayRecord(rule *simulate.Rule, selector *parser.VectorSelector) bool {
	for _, m := range selector.LabelMatchers {
		if m.Name != model.MetricNameLabel && rule.Labels.Has(m.Name) && !m.Matches(rule.Labels.Get(m.Name)) {
			return false
		}
	}
	return true
}

// maxDepth is how many recording rules are followed one behind the other; rules may read themselves.
const maxDepth = 12

func (c *chain) depths(expr parser.Expr, depth int) (reach, history time.Duration) {
	reach = promqltypes.Reach(expr)
	if depth > maxDepth {
		return reach, 0
	}
	for _, selector := range selectors(expr) {
		for _, one := range c.records[nameOf(selector)] {
			below, belowHistory := c.depths(one.Expr, depth+1)
			here := reachOf(expr, selector)
			reach, history = max(reach, here+below), max(history, here+belowHistory)
		}
	}
	return reach, history
}

// reachOf is how far back an expression reads one of its selectors.
func reachOf(expr parser.Expr, selector *parser.VectorSelector) time.Duration {
	var farthest time.Duration
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		if node != parser.Node(selector) {
			return nil
		}
		back := max(selector.OriginalOffset, 0)
		for _, above := range path {
			switch above := above.(type) {
			case *parser.MatrixSelector:
				back += above.Range
			case *parser.SubqueryExpr:
				back += above.Range + max(above.OriginalOffset, 0)
			}
		}
		farthest = back
		return nil
	})
	return farthest
}

// exprs are the expressions of the alert and of all rules that it reads.
func (c *chain) exprs() []parser.Expr {
	all := []parser.Expr{c.rule.Expr}
	for g := range c.groups {
		for r := range c.groups[g].Rules {
			if one := &c.groups[g].Rules[r]; one.Record != "" {
				all = append(all, one.Expr)
			}
		}
	}
	return all
}

// behind are the rules that record what a selector reads.
func (c *chain) behind(selector *parser.VectorSelector) []*simulate.Rule {
	return slices.DeleteFunc(slices.Clone(c.records[nameOf(selector)]), func(r *simulate.Rule) bool { return !MayRecord(r, selector) })
}

func selectors(expr parser.Expr) []*parser.VectorSelector {
	var all []*parser.VectorSelector
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			all = append(all, selector)
		}
		return nil
	})
	return all
}

// nameOf is the metric that a selector reads: one of those that it may, where it says so by a pattern.
func nameOf(selector *parser.VectorSelector) string {
	if selector.Name != "" {
		return selector.Name
	}
	for _, m := range selector.LabelMatchers {
		if m.Name != model.MetricNameLabel {
			continue
		}
		for _, sample := range samplesOf(m) {
			if m.Matches(sample) {
				return sample
			}
		}
	}
	return "any"
}

// ownMatchers are the matchers of a selector but that of the name.
func ownMatchers(selector *parser.VectorSelector) []*labels.Matcher {
	return slices.DeleteFunc(slices.Clone(selector.LabelMatchers), func(m *labels.Matcher) bool { return m.Name == model.MetricNameLabel })
}
