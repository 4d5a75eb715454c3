package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Recording is a recording rule.
type Recording struct {
	Name   string
	Expr   parser.Expr       // nil where it does not parse: then nothing is known of its series
	Labels map[string]string // that the rule sets; an empty value removes a label
}

// AddRecordings adds the series of recording rules with their inferred types, so that what reads them is typed too. The
// rules may stand in any order; of those that read themselves, directly or not, nothing is known. Several rules of one name
// add up to series of each.
func (t *Table) AddRecordings(rules []Recording) {
	r := recorder{table: t, rules: map[string][]Recording{}, state: map[string]progress{}}
	for _, rule := range rules {
		r.rules[rule.Name] = append(r.rules[rule.Name], rule)
	}
	for _, rule := range rules {
		r.add(rule.Name)
	}
}

// recorded is what one recording rule makes.
type recorded struct {
	result Type
	labels map[string]string // that the rule sets
}

type progress uint8

const (
	waiting progress = iota
	underWay
	done
)

// recorder types recordings after those that they read (a depth-first topological order).
type recorder struct {
	table *Table
	rules map[string][]Recording
	state map[string]progress
}

// add types all rules of a name; false where they turn out to read themselves.
func (r *recorder) add(name string) bool {
	rules, ok := r.rules[name]
	if !ok || r.state[name] == done {
		return true
	}
	if r.state[name] == underWay {
		return false
	}
	r.state[name] = underWay
	acyclic := true
	for _, rule := range rules {
		for _, read := range reads(rule.Expr) {
			acyclic = r.add(read) && acyclic
		}
	}
	r.state[name] = done
	unknown := Type{Value: parser.ValueTypeVector, Range: anything}
	if !acyclic {
		r.table.recorded[name] = []recorded{{result: unknown}}
		return false
	}
	var results []recorded
	for _, rule := range rules {
		typed := unknown
		if rule.Expr != nil {
			typed = r.table.record(rule)
		}
		results = append(results, recorded{typed, rule.Labels})
	}
	if len(results) > maxBranches {
		results = []recorded{{result: anyOf(results)}}
	}
	r.table.recorded[name] = results
	return true
}

// reads are the metric names that an expression selects.
func reads(expr parser.Expr) []string {
	if expr == nil {
		return nil
	}
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			names = append(names, metricName(s))
		}
		return nil
	})
	return names
}

// record is the type of a recording's series.
func (t *Table) record(rule Recording) Type {
	typed := t.Analyze(rule.Expr, UseRecord).Root
	if typed.Value == parser.ValueTypeScalar {
		typed.Branches = []LabelSet{{closed: true, why: reason{cause: causeRule, name: rule.Name}}}
	}
	typed.Value, typed.NeverEmpty, typed.Metric, typed.compared = parser.ValueTypeVector, false, nil, false
	if typed.Kind == KindConstant {
		typed.Kind, typed.Unit = KindGauge, Measure{}
	}
	names := make([]string, 0, len(rule.Labels))
	for name := range rule.Labels {
		names = append(names, name)
	}
	slices.SortFunc(names, strings.Compare)
	typed.Branches = typed.each(func(set LabelSet) LabelSet {
		for _, name := range names {
			l := Label{Name: name, Presence: Must, Values: []string{rule.Labels[name]}}
			if !t.claims(rule.Name) {
				l.Values = nil // other files may hold rules of the same name with other values
			}
			if rule.Labels[name] == "" {
				l = Label{Name: name, Presence: Never, why: reason{cause: causeRule, name: rule.Name}}
			}
			set = set.with(l)
		}
		return set
	})
	return typed
}

// recordedSeries is the type of what a selector finds among the series of recording rules: of those that set labels which
// its matchers accept, or of all where they accept none.
func recordedSeries(e *parser.VectorSelector, rules []recorded) Type {
	if len(rules) == 1 {
		return rules[0].result
	}
	var accepted []recorded
	for _, rule := range rules {
		if !slices.ContainsFunc(e.LabelMatchers, func(m *labels.Matcher) bool {
			value, set := rule.labels[m.Name]
			return set && tells(m) && !m.Matches(value)
		}) {
			accepted = append(accepted, rule)
		}
	}
	if len(accepted) == 0 {
		accepted = rules
	}
	return anyOf(accepted)
}

// anyOf is what is known of series that one of several rules makes.
func anyOf(rules []recorded) Type {
	joined := rules[0].result
	for _, other := range rules[1:] {
		joined = eitherType(joined, other.result)
	}
	return joined
}

// eitherType is what is known of series that are of one type or another.
func eitherType(a, b Type) Type {
	joined := Type{
		Value: parser.ValueTypeVector, Kind: agreed(a.Kind, b.Kind), Shape: agreed(a.Shape, b.Shape),
		Range: a.Range.union(b.Range), Branches: joinBranches(a.sets(), b.sets()),
	}
	if a.Unit == b.Unit {
		joined.Unit = a.Unit
	}
	if a.Histogram == b.Histogram {
		joined.Histogram = a.Histogram
	}
	return joined
}
