package search

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	promqltypes "github.com/belfry-dev/belfry/internal/promql"
)

// leaf is the raw series that all selectors with the same name and matchers read.
type leaf struct {
	name     string
	matchers []*labels.Matcher
	near     map[string]bool // labels that its matchers and the parts around its selectors speak of
	must     []string        // labels that its series have to have, as far as is known
	wide     labelling
	lean     labelling
	choices  choices
	typed    promqltypes.Type // what is known of them
}

// labelling is the labels that a leaf's series have. In a wide one they have all labels that anything in the expressions speaks of, which
// lets series match whatever they are matched by; in a lean one only those that their own selectors and the parts around these speak of, as
// series have to that are matched with what an aggregation without some labels leaves.
type labelling struct {
	values map[string]string // a label without value is not there
	// shared says that the series would be those of another leaf: it has none of its own.
	shared bool
}

// labelling is the leaf's in a combination.
func (l *leaf) labelling(lean bool) *labelling {
	if lean {
		return &l.lean
	}
	return &l.wide
}

// leafKey tells leaves apart. An offset makes no other one.
func leafKey(selector *parser.VectorSelector) string {
	matchers := ownMatchers(selector)
	texts := make([]string, len(matchers))
	for i, m := range matchers {
		texts[i] = m.String()
	}
	slices.Sort(texts)
	return nameOf(selector) + "{" + strings.Join(slices.Compact(texts), ",") + "}"
}

// vocabulary is which labels the expressions speak of, and which values these may have.
type vocabulary struct {
	names    []string // sorted
	values   map[string][]string
	matchers map[string][]*labels.Matcher // of all selectors
	grouped  []string                     // names of by-clauses, in order
}

// fixed are labels that series have only where a selector asks for them.
var fixed = []string{model.BucketLabel, model.QuantileLabel, model.MetricNameLabel, model.AlertNameLabel, "alertstate"}

// template finds the labels that texts print.
var template = regexp.MustCompile(`(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)`)

func newVocabulary(c *chain) *vocabulary {
	v := &vocabulary{values: map[string][]string{}, matchers: map[string][]*labels.Matcher{}}
	names := map[string]bool{model.JobLabel: true, model.InstanceLabel: true}
	add := func(all ...string) {
		for _, name := range all {
			names[name] = true
		}
	}
	c.rule.Annotations.Range(func(l labels.Label) {
		for _, found := range template.FindAllStringSubmatch(l.Value, -1) {
			add(found[1])
		}
	})
	for _, expr := range c.exprs() {
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			switch n := node.(type) {
			case *parser.VectorSelector:
				for _, m := range ownMatchers(n) {
					add(m.Name)
					v.matchers[m.Name] = append(v.matchers[m.Name], m)
					v.values[m.Name] = append(v.values[m.Name], samplesOf(m)...)
				}
			case *parser.AggregateExpr:
				add(n.Grouping...)
				if !n.Without {
					v.grouped = append(v.grouped, n.Grouping...)
				}
			case *parser.BinaryExpr:
				if n.VectorMatching != nil {
					add(n.VectorMatching.MatchingLabels...)
					add(n.VectorMatching.Include...)
				}
			case *parser.Call:
				v.copied(n, add)
			}
			return nil
		})
	}
	for _, name := range fixed {
		delete(names, name)
	}
	v.names = slices.Sorted(maps.Keys(names))
	return v
}

// copied takes in the labels that functions copy: the source has to look as the pattern says.
func (v *vocabulary) copied(call *parser.Call, add func(...string)) {
	text := func(i int) string {
		if literal, ok := call.Args[i].(*parser.StringLiteral); ok {
			return literal.Val
		}
		return ""
	}
	switch {
	case call.Func.Name == "label_replace" && len(call.Args) == 5:
		source := text(3)
		add(source)
		if pattern, err := labels.NewMatcher(labels.MatchRegexp, source, text(4)); err == nil && source != "" && !pattern.Matches(usual) {
			v.values[source] = append(v.values[source], samplesOf(pattern)...)
		}
	case call.Func.Name == "label_join":
		for i := 3; i < len(call.Args); i++ {
			add(text(i))
		}
	}
}

// choose gives a leaf's label a value: one that all selectors accept where there is one, so that series match each other.
func (v *vocabulary) choose(l *leaf, name string) string {
	candidates := append(slices.Clone(v.values[name]), usual, usual+"1", "1", "")
	if known := l.typed.Label(name).Values; known != nil {
		candidates = slices.Clone(known)
	}
	accepted := func(value string, matchers []*labels.Matcher) bool {
		return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name == name && !m.Matches(value) })
	}
	for _, value := range candidates {
		if value != "" && accepted(value, v.matchers[name]) {
			return value
		}
	}
	constrained := slices.ContainsFunc(l.matchers, func(m *labels.Matcher) bool { return m.Name == name })
	if !constrained {
		return candidates[max(0, slices.Index(candidates, usual))]
	}
	for _, value := range candidates {
		if accepted(value, l.matchers) {
			return value
		}
	}
	return ""
}

// label gives all leaves labels. Leaves of one metric get different ones where that can be.
func (v *vocabulary) label(leaves []*leaf, lean bool) {
	for _, l := range leaves {
		values := map[string]string{}
		l.labelling(lean).values = values
		names := slices.Concat(v.names, l.must)
		for _, m := range l.matchers {
			if slices.Contains(fixed, m.Name) {
				names = append(names, m.Name)
			}
		}
		for _, name := range names {
			if l.typed.Label(name).Presence != promqltypes.Never && (!lean || l.near[name] || slices.Contains(l.must, name)) {
				values[name] = v.choose(l, name)
			}
		}
	}
	for i, l := range leaves {
		for _, other := range leaves[:i] {
			own, others := l.labelling(lean), other.labelling(lean)
			if l.name == other.name && !others.shared && maps.Equal(own.values, others.values) && !v.part(l, other, lean) && !v.part(other, l, lean) {
				own.shared = true
			}
		}
	}
}

// part gives a leaf a label by which the other's selector does not read its series.
func (v *vocabulary) part(l, other *leaf, lean bool) bool {
	values := l.labelling(lean).values
	for _, m := range other.matchers {
		for _, value := range slices.Concat([]string{usual}, v.values[m.Name], []string{usual + "1", "other", "1"}, l.typed.Label(m.Name).Values) {
			if value == "" || m.Matches(value) || values[m.Name] == "" || !l.mayHave(m.Name, value) {
				continue
			}
			if !slices.ContainsFunc(l.matchers, func(own *labels.Matcher) bool { return own.Name == m.Name && !own.Matches(value) }) {
				values[m.Name] = value
				return true
			}
		}
	}
	return false
}

// accepts reports whether the leaf's selectors read a series whose label has a value.
func (l *leaf) accepts(name, value string) bool {
	return !slices.ContainsFunc(l.matchers, func(m *labels.Matcher) bool { return m.Name == name && !m.Matches(value) })
}

// mayHave reports whether a label can have a value, as far as is known.
func (l *leaf) mayHave(name, value string) bool {
	known := l.typed.Label(name).Values
	return known == nil || slices.Contains(known, value)
}

// surround notes for each leaf which labels the parts around its selectors speak of; around a rule's are also those around what reads it.
func (s *search) surround(expr parser.Expr, around map[string]bool, depth int) {
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		near := maps.Clone(around)
		for _, m := range ownMatchers(selector) {
			near[m.Name] = true
		}
		for _, above := range path {
			for _, name := range spokenOf(above) {
				near[name] = true
			}
		}
		rules := s.chain.behind(selector)
		for _, rule := range rules {
			if depth < maxDepth {
				s.surround(rule.Expr, near, depth+1)
			}
		}
		if len(rules) == 0 {
			l := s.leafOf(selector)
			if l.near == nil {
				l.near = map[string]bool{}
			}
			maps.Copy(l.near, near)
		}
		return nil
	})
}

// spokenOf are the labels that a part of an expression names.
func spokenOf(node parser.Node) []string {
	switch n := node.(type) {
	case *parser.AggregateExpr:
		return n.Grouping
	case *parser.BinaryExpr:
		if n.VectorMatching != nil {
			return slices.Concat(n.VectorMatching.MatchingLabels, n.VectorMatching.Include)
		}
	case *parser.Call:
		var names []string
		for _, arg := range n.Args {
			if text, ok := arg.(*parser.StringLiteral); ok {
				names = append(names, text.Val) // those that are no labels are of no other meaning
			}
		}
		return names
	}
	return nil
}
