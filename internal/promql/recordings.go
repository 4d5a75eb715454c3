package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Recording is a recording rule.
type Recording struct {
	Name   string
	Expr   parser.Expr       // nil where it does not parse: then nothing is known of its series
	Labels map[string]string // that the rule sets; an empty value removes a label
	// Scope is what the rule is loaded with, such as its file: an expression of the same scope reads this rule, and not others
	// of the name.
	Scope string
}

// AddRecordings adds the series of recording rules with their inferred types, so that what reads them is typed too. The
// rules may stand in any order; of those that read themselves, directly or not, nothing is known. Several rules of one name
// add up to series of each.
func (t *Table) AddRecordings(rules []Recording) {
	t.typed = &memo[Typed]{} // what is known so far may read them
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
	expr   parser.Expr       // nil where it is not known
	scope  string
}

// mostRules is how many rules of one name are told apart.
const mostRules = 100

// In is the table as an expression of a scope sees it.
func (t *Table) In(scope string) *Table {
	view := *t
	view.scope = scope
	return &view
}

// rulesOf are the rules that record a name: those of the own scope, where there are any.
func (t *Table) rulesOf(name string) []recorded {
	rules := t.recorded[name]
	isOwn := func(rule recorded) bool { return rule.scope == t.scope }
	if t.scope == "" || !slices.ContainsFunc(rules, isOwn) {
		return rules
	}
	var own []recorded
	for _, rule := range rules {
		if isOwn(rule) {
			own = append(own, rule)
		}
	}
	return own
}

// behind is the one rule whose series a selector finds, where its matchers name nothing but labels that the rule sets.
func (t *Table) behind(e *parser.VectorSelector) (recorded, bool) {
	if e.OriginalOffset != 0 || e.OriginalOffsetExpr != nil || e.Timestamp != nil || e.StartOrEnd != 0 {
		return recorded{}, false
	}
	accepted := acceptedBy(e, t.rulesOf(metricName(e)))
	if len(accepted) != 1 || accepted[0].expr == nil {
		return recorded{}, false
	}
	beyond := slices.ContainsFunc(e.LabelMatchers, func(m *labels.Matcher) bool {
		_, set := accepted[0].labels[m.Name]
		return m.Name != model.MetricNameLabel && !set
	})
	return accepted[0], !beyond
}

// acceptedBy are the rules that set no label which a selector's matchers refuse.
func acceptedBy(e *parser.VectorSelector, rules []recorded) []recorded {
	var accepted []recorded
	for _, rule := range rules {
		if !slices.ContainsFunc(e.LabelMatchers, func(m *labels.Matcher) bool {
			value, set := rule.labels[m.Name]
			return set && tells(m) && !m.Matches(value)
		}) {
			accepted = append(accepted, rule)
		}
	}
	return accepted
}

// readsRecordings reports whether an expression selects what rules record.
func (w *walk) readsRecordings(expr parser.Expr) bool {
	return slices.ContainsFunc(reads(expr), func(name string) bool { return len(w.table.recorded[name]) > 0 })
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
			typed = r.table.In(rule.Scope).record(rule)
		}
		results = append(results, recorded{typed, rule.Labels, rule.Expr, rule.Scope})
	}
	if len(results) > mostRules {
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
	accepted := acceptedBy(e, rules)
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
