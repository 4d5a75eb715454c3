package search

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	promqltypes "github.com/belfry-dev/belfry/internal/promql"
)

// want is what is wanted of a part of an expression during the incident.
type want uint8

const (
	present want = iota // it has a result
	empty               // it has none
	above               // it has one above a number, or at it
	below
	equals
	differs
	base // it is as always: another part is what changes
)

// goal is a want with its number.
type goal struct {
	want  want
	level float64
}

// goals by operator of a comparison, with what is wanted on its left.
var goals = map[parser.ItemType]want{
	parser.GTR: above, parser.GTE: above, parser.LSS: below, parser.LTE: below, parser.EQLC: equals, parser.NEQ: differs,
}

// opposite is what makes a comparison fail.
func (w want) opposite() want {
	switch w {
	case above:
		return below
	case below:
		return above
	case equals:
		return differs
	case differs:
		return equals
	case empty:
		return present
	case present:
		return empty
	}
	return w
}

// mirrored is the want where more becomes less.
func (g goal) mirrored() goal {
	if g.want == above || g.want == below {
		g.want = g.want.opposite()
	}
	return g
}

func (g goal) isNumber() bool { return g.want >= above && g.want <= differs }

// at is the same want with another number; what is no number is left alone.
func (g goal) at(level float64) goal {
	g.level = level
	return g
}

// hinter walks expressions from the root down and tells leaves what to try.
type hinter struct {
	*search
	depth int // of recording rules
	// clock says that the part is compared with the present time: a number is an age.
	clock bool
	// scale is what a time is multiplied with on its way to the clock: 1000 where a series has milliseconds.
	scale float64
	// taking says what function takes the range vector that is walked.
	taking string
}

// hints gives every leaf its choices.
func (s *search) hints() {
	h := hinter{search: s, scale: 1}
	h.want(s.chain.rule.Expr, goal{want: present})
	for _, l := range s.leaves {
		l.choices.pairs = nil // made before it was known what functions the leaf goes through
	}
	h.want(s.chain.rule.Expr, goal{want: present})
	for _, l := range s.leaves {
		l.choices.remaining(s.numbers)
		s.restrict(l)
	}
}

// restrict leaves out what a metric never does.
func (s *search) restrict(l *leaf) {
	if l.whole() {
		l.restrict(func(v float64) bool { return v == 0 || v == 1 })
		return
	}
	m := s.metric(l.name)
	if m != nil && m.Type == promqltypes.InfoMetric {
		l.restrict(func(v float64) bool { return v == 1 })
		return
	}
	if m == nil || m.Type != promqltypes.GaugeMetric || m.Range == (promqltypes.Interval{}) || !m.Range.Bounded() {
		return
	}
	l.restrict(func(v float64) bool { return m.Range.Low <= v && v <= m.Range.High })
}

// want walks a part of an expression.
func (h hinter) want(expr parser.Expr, g goal) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		h.want(e.Expr, g)
	case *parser.StepInvariantExpr:
		h.want(e.Expr, g)
	case *parser.UnaryExpr:
		if e.Op == parser.SUB && g.isNumber() {
			g = g.mirrored().at(-g.level)
		}
		h.want(e.Expr, g)
	case *parser.SubqueryExpr:
		h.want(e.Expr, g)
	case *parser.MatrixSelector:
		h.want(e.VectorSelector, g)
	case *parser.VectorSelector:
		h.selector(e, g)
	case *parser.AggregateExpr:
		h.aggregate(e, g)
	case *parser.Call:
		h.call(e, g)
	case *parser.BinaryExpr:
		h.binary(e, g)
	}
}

// selector tells a leaf what to try, or goes on in the rules that record it.
func (h hinter) selector(e *parser.VectorSelector, g goal) {
	if rules := h.chain.behind(e); len(rules) > 0 {
		if h.depth++; h.depth > maxDepth {
			return
		}
		h.taking = ""
		for _, rule := range rules {
			h.want(rule.Expr, g)
		}
		return
	}
	c := &h.leafOf(e).choices
	switch {
	case h.clock:
		c.ages(h.numbers, g, h.scale, h.taking == "timestamp")
	case g.want == empty:
		c.add(pair{c.number(1), behaviour{}})
	case g.want == base:
		c.add(pair{c.number(1), c.number(1)})
	case g.want == present:
		c.add(pair{behaviour{}, c.number(1)}, pair{c.number(1), c.number(1)})
	default:
		c.meet(g)
	}
}

// binary walks both sides of an operator.
func (h hinter) binary(e *parser.BinaryExpr, g goal) {
	switch e.Op {
	case parser.LAND:
		h.want(e.LHS, g)
		if g.want == empty {
			h.want(e.RHS, g)
		} else {
			h.want(e.RHS, goal{want: present})
		}
	case parser.LOR:
		h.want(e.LHS, g)
		h.want(e.RHS, g)
	case parser.LUNLESS:
		h.want(e.LHS, g)
		if g.want == empty {
			h.want(e.RHS, goal{want: present})
		} else {
			h.want(e.RHS, goal{want: empty})
		}
	default:
		if e.Op.IsComparisonOperator() {
			h.comparison(e, g)
			return
		}
		h.arithmetic(e, g)
	}
}

// comparison makes a comparison hold, or fail.
func (h hinter) comparison(e *parser.BinaryExpr, g goal) {
	w := goals[e.Op]
	if g.want == empty || e.ReturnBool && g.isNumber() && !meets(g, 1) {
		w = w.opposite()
	}
	if g.isNumber() && !e.ReturnBool {
		h.want(e.LHS, g) // a comparison that filters has the value of its left side
	}
	h.compare(e.LHS, e.RHS, w)
	if g.want == empty && !e.ReturnBool {
		h.want(e.LHS, goal{want: empty})
	}
}

// meets reports whether a number is what is wanted.
func meets(g goal, v float64) bool {
	switch g.want {
	case above:
		return v >= g.level
	case below:
		return v <= g.level
	case equals:
		return v == g.level
	}
	return v != g.level
}

// compare makes one side be above, below, at or off the other: by moving either, or both.
func (h hinter) compare(left, right parser.Expr, w want) {
	to := goal{want: w}
	l, leftConstant := constant(left)
	r, rightConstant := constant(right)
	if !h.clock && (readsClock(left) || readsClock(right)) {
		h.clock = true
		h.want(left, to.at(r))
		h.want(right, to.mirrored().at(l))
		return
	}
	switch {
	case rightConstant:
		h.want(left, to.at(r))
	case leftConstant:
		h.want(right, to.mirrored().at(l))
	default:
		h.want(left, to.at(h.estimate(right)))
		h.want(right, goal{want: base})
		h.want(right, to.mirrored().at(h.estimate(left)))
		h.want(left, goal{want: base})
	}
}

// ages adds behaviours of a series whose value is a time; or, where own is true, whose own time counts.
func (c *choices) ages(numbers []float64, g goal, scale float64, own bool) {
	now := pair{healthy: behaviour{aged, 0, scale}, incident: behaviour{aged, 0, scale}}
	c.add(pair{now.healthy, behaviour{aged, 86400 * 30, scale}})
	if own {
		c.add(pair{c.number(1), behaviour{shape: unheard}})
	}
	if g.isNumber() {
		numbers = append([]float64{g.level / scale}, numbers...) // what is wanted of now minus the time, give or take a second
	}
	for _, n := range numbers {
		if math.Abs(n) < 1 {
			continue
		}
		for _, age := range []float64{2 * n, -2 * n, n / 2, -n / 2} {
			c.add(pair{now.healthy, behaviour{aged, age, scale}}, pair{behaviour{aged, age, scale}, now.incident})
			c.add(pair{behaviour{aged, 2 * age, scale}, behaviour{aged, age / 2, scale}})
		}
	}
	if g.want == empty {
		c.add(pair{now.healthy, behaviour{}})
	}
	c.add(now)
}

// readsClock reports whether a part depends on the present time, or on when samples were scraped.
func readsClock(expr parser.Expr) bool {
	return slices.ContainsFunc(calls(expr), func(name string) bool { return name == "time" || name == "timestamp" })
}

// calls are the names of the functions in an expression.
func calls(expr parser.Expr) []string {
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if call, ok := node.(*parser.Call); ok {
			names = append(names, call.Func.Name)
		}
		return nil
	})
	return names
}
