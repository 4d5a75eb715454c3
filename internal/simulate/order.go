package simulate

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// lookback is how old the newest sample of a series may be (Prometheus' default of --query.lookback-delta).
const lookback = 5 * time.Minute

// read is one selector of an expression and how far back it looks.
type read struct {
	matchers []*labels.Matcher
	reaches  time.Duration
	fixed    bool // it looks at fixed times: nobody knows how far back
	ahead    bool // it may look at what comes later: at fixed times, or by a negative offset
	moves    bool // it looks at the first or last step of a range query
}

// readsOf lists the selectors of an expression.
func readsOf(expr parser.Expr) []read {
	var reads []read
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		one := read{matchers: selector.LabelMatchers, reaches: lookback + forward(selector.OriginalOffset)}
		one.at(selector.Timestamp, selector.StartOrEnd, selector.OriginalOffset)
		for _, above := range path {
			switch above := above.(type) {
			case *parser.MatrixSelector:
				one.reaches += above.Range
			case *parser.SubqueryExpr:
				one.reaches += above.Range + forward(above.OriginalOffset) + max(above.Step, time.Minute)
				one.at(above.Timestamp, above.StartOrEnd, above.OriginalOffset)
			}
		}
		reads = append(reads, one)
		return nil
	})
	return reads
}

func forward(offset time.Duration) time.Duration { return max(offset, 0) }

func (r *read) at(timestamp *int64, startOrEnd parser.ItemType, offset time.Duration) {
	r.fixed = r.fixed || timestamp != nil
	r.ahead = r.ahead || timestamp != nil || offset < 0
	r.moves = r.moves || startOrEnd != 0
}

// mayRead reports whether a selector may select series with the name and labels. A label that is not among them may have any value.
func (r *read) mayRead(name string, static labels.Labels) bool {
	for _, m := range r.matchers {
		text := static.Get(m.Name)
		if m.Name == model.MetricNameLabel {
			text = name
		} else if text == "" {
			continue
		}
		if !m.Matches(text) {
			return false
		}
	}
	return true
}

// yields lists the names of the series that a rule writes, and the labels that all of them have.
func (e *evaluation) yields() (names []string, static labels.Labels) {
	if e.rule.Record != "" {
		return []string{e.rule.Record}, e.rule.Labels
	}
	b := labels.NewBuilder(labels.EmptyLabels())
	b.Set(alertNameLabel, e.rule.Alert) // its other labels may be templates
	return []string{alertsName, forStateName}, b.Labels()
}

// isReadBy returns the selectors of a reader that may select what the rule writes.
func (e *evaluation) isReadBy(reader *evaluation) []read {
	var found []read
	names, static := e.yields()
	for _, one := range reader.reads {
		if slices.ContainsFunc(names, func(name string) bool { return one.mayRead(name, static) }) {
			found = append(found, one)
		}
	}
	return found
}

// needed drops the rules that no wanted alert reads, and says since when the others must be evaluated.
func needed(all []*evaluation, options Options) []*evaluation {
	keep := make([]bool, len(all))
	work := []int{}
	for i, e := range all {
		if options.Wanted == nil || e.alerts != nil && options.Wanted(e.group, e.rule) {
			keep[i], work = true, append(work, i)
		}
	}
	for len(work) > 0 {
		reader := all[work[0]]
		work = work[1:]
		for i, e := range all {
			found := e.isReadBy(reader)
			if reader.dynamic {
				found = append(found, read{fixed: true})
			}
			if len(found) == 0 {
				continue
			}
			from := e.from
			for _, one := range found {
				from = earliest(from, reader.from.Add(-one.reaches-reader.group.QueryOffset), one.fixed, options.History)
			}
			if e.stores = true; !keep[i] || from.Before(e.from) {
				keep[i], e.from = true, from
				work = append(work, i)
			}
		}
	}
	var kept []*evaluation
	for i, e := range all {
		e.stores = e.stores || e.alerts == nil || options.KeepAlerts
		if keep[i] {
			kept = append(kept, e)
		}
	}
	return kept
}

func earliest(known, reaches time.Time, fixed bool, history time.Time) time.Time {
	if fixed || reaches.Before(history) {
		reaches = history
	}
	if reaches.Before(known) {
		return reaches
	}
	return known
}

// component is a rule that is evaluated at once, or rules that must be evaluated together, step by step.
type component struct {
	rules    []*evaluation // in the order of the file
	together bool
}

// order sorts rules so that each stands behind those it reads. Evaluated at once, a rule sees what the others recorded up to the very
// moment of its evaluation. Prometheus gives the same where the others come first at that moment. Rules go together, step by step, where
// that does not hold: a rule reads itself or one that stands behind it and is due at the same moment, two rules write the same series,
// a template runs queries, a query looks at
// fixed times or into the future, or depends on where its range begins or ends.
func order(rules []*evaluation) []component {
	before := make([][]int, len(rules)) // rules that must be evaluated before, or together
	alone := make([]bool, len(rules))
	link := func(a, b int) {
		before[a] = append(before[a], b)
		before[b] = append(before[b], a)
	}
	for i, reader := range rules {
		alone[i] = slices.ContainsFunc(reader.reads, func(one read) bool { return one.moves })
		for j, writer := range rules {
			selectors := writer.isReadBy(reader)
			ahead := slices.ContainsFunc(selectors, func(one read) bool { return one.ahead })
			reads := len(selectors) > 0 || reader.dynamic && i != j
			if i < j && sameSeries(reader, writer) {
				link(i, j)
				reader.contested, writer.contested = true, true
			}
			switch {
			case reads && i == j:
				alone[i] = true
			case reads && (ahead || seesTooMuch(reader, writer)), reader.dynamic && i != j:
				link(i, j)
			case reads:
				before[i] = append(before[i], j)
			}
		}
	}
	var components []component
	for _, members := range strongComponents(before) {
		slices.Sort(members)
		one := component{together: len(members) > 1 || alone[members[0]]}
		for _, i := range members {
			one.rules = append(one.rules, rules[i])
		}
		components = append(components, one)
	}
	return components
}

// seesTooMuch reports whether a query over the whole time would see samples that the writer writes only after the reader has been
// evaluated. Where the two groups' queries look back differently far, they may come long after.
func seesTooMuch(reader, writer *evaluation) bool {
	if reader.group.QueryOffset != writer.group.QueryOffset {
		return true
	}
	return writer.position > reader.position && coincide(reader.group, writer.group)
}

// coincide reports whether two groups are ever evaluated at the same moment: their phases differ by a multiple of what both
// intervals are multiples of.
func coincide(a, b *Group) bool {
	common := a.Interval
	for rest := b.Interval; rest != 0; {
		common, rest = rest, common%rest
	}
	return (a.Phase-b.Phase)%common == 0
}

// sameSeries reports whether two rules may write one series.
func sameSeries(a, b *evaluation) bool {
	if !a.stores || !b.stores || a.rule.Record != b.rule.Record || a.rule.Alert != b.rule.Alert {
		return false
	}
	differ := false
	a.rule.Labels.Range(func(l labels.Label) {
		other := b.rule.Labels.Get(l.Name)
		differ = differ || other != "" && other != l.Value && !isTemplate(other) && !isTemplate(l.Value)
	})
	return !differ
}

// strongComponents finds the strongly connected components of a graph, each behind those it leads to (Tarjan 1972).
func strongComponents(edges [][]int) [][]int {
	var (
		found   [][]int
		stack   []int
		next    int
		index   = make([]int, len(edges)) // from 1; 0 for not seen
		low     = make([]int, len(edges))
		onStack = make([]bool, len(edges))
		visit   func(int)
	)
	visit = func(v int) {
		next++
		index[v], low[v] = next, next
		stack, onStack[v] = append(stack, v), true
		for _, w := range edges[v] {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if onStack[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] != index[v] {
			return
		}
		at := slices.Index(stack, v)
		members := slices.Clone(stack[at:])
		for _, w := range members {
			onStack[w] = false
		}
		stack = stack[:at]
		found = append(found, members)
	}
	for v := range edges {
		if index[v] == 0 {
			visit(v)
		}
	}
	return found
}
