package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/read"
)

// lookback is how far an expression looks back, through the recording rules that it reads.
type lookback struct {
	ranges  []time.Duration
	unknown bool // a recording rule is not among the files
}

// add adds what another looks back on.
func (l *lookback) add(other lookback) {
	for _, span := range other.ranges {
		l.span(span)
	}
	l.unknown = l.unknown || other.unknown
}

func (l *lookback) span(d time.Duration) {
	if d > 0 && !slices.Contains(l.ranges, d) {
		l.ranges = append(l.ranges, d)
	}
}

// lookbacks works out how far rules look back, once for each rule and for each text of a selector: generators write thousands
// of rules under one name, which labels tell apart.
type lookbacks struct {
	recordings map[string][]*Rule  // by name, and by name and a label
	rules      map[*Rule]*lookback // also of those under way, so that rules which read themselves come to an end
	selectors  map[string]*lookback
}

func newLookbacks(rules []Rule) *lookbacks {
	l := &lookbacks{recordings: map[string][]*Rule{}, rules: map[*Rule]*lookback{}, selectors: map[string]*lookback{}}
	for i := range rules {
		rule := &rules[i]
		if rule.Record.Value == "" {
			continue
		}
		l.recordings[rule.Record.Value] = append(l.recordings[rule.Record.Value], rule)
		for _, pair := range ruleLabels(rule) {
			key := labelled(rule.Record.Value, pair.Name.Value, pair.Value.Value)
			l.recordings[key] = append(l.recordings[key], rule)
		}
	}
	return l
}

func labelled(name, label, value string) string { return name + "\x00" + label + "\x00" + value }

func (l *lookbacks) of(rule *Rule) *lookback {
	if known := l.rules[rule]; known != nil {
		return known
	}
	back := &lookback{}
	l.rules[rule] = back
	if rule.Parsed == nil {
		return back
	}
	parser.Inspect(rule.Parsed, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.MatrixSelector:
			back.span(n.Range)
		case *parser.SubqueryExpr:
			back.span(n.Range)
			back.span(n.OriginalOffset)
		case *parser.VectorSelector:
			back.span(n.OriginalOffset)
			back.add(*l.series(n))
		}
		return nil
	})
	return back
}

// series is how far the rules look back that record what a selector finds.
func (l *lookbacks) series(selector *parser.VectorSelector) *lookback {
	key := selector.String()
	if known := l.selectors[key]; known != nil {
		return known
	}
	back := &lookback{unknown: len(l.recordings[selector.Name]) == 0 && strings.Contains(selector.Name, ":")}
	l.selectors[key] = back
	for _, rule := range l.found(selector) {
		back.add(*l.of(rule))
	}
	return back
}

// found are the rules that record what a selector finds, by the labels that they set.
func (l *lookbacks) found(selector *parser.VectorSelector) []*Rule {
	candidates := l.recordings[selector.Name]
	for _, m := range selector.LabelMatchers {
		if m.Type != labels.MatchEqual || m.Name == model.MetricNameLabel {
			continue
		}
		if some := l.recordings[labelled(selector.Name, m.Name, m.Value)]; len(some) > 0 {
			candidates = slices.Concat(some, l.without(selector.Name, m.Name))
			break
		}
	}
	var found []*Rule
	for _, rule := range candidates {
		if !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool {
			value, set := setLabel(rule, m.Name)
			return set && !m.Matches(value)
		}) {
			found = append(found, rule)
		}
	}
	return found
}

// without are the rules of a name that leave a label to what they read.
func (l *lookbacks) without(name, label string) []*Rule {
	key := name + "\x00" + label
	if _, known := l.recordings[key]; !known {
		l.recordings[key] = slices.DeleteFunc(slices.Clone(l.recordings[name]), func(rule *Rule) bool {
			_, set := setLabel(rule, label)
			return set
		})
	}
	return l.recordings[key]
}

// setLabel is the value that a rule gives a label, by itself before by its group.
func setLabel(rule *Rule, name string) (value string, set bool) {
	own := read.Find(rule.Labels, name)
	if own.IsZero() {
		own = read.Find(rule.Group.Labels, name)
	}
	return own.Value, !own.IsZero()
}
