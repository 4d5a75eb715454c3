package search

import (
	"math"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// operand is the argument of a function that has series; nil where there is none.
func operand(e *parser.Call) parser.Expr {
	for _, arg := range e.Args {
		if t := arg.Type(); t == parser.ValueTypeVector || t == parser.ValueTypeMatrix {
			return arg
		}
	}
	return nil
}

// rangeOf is how far a range vector reaches.
func rangeOf(expr parser.Expr) time.Duration {
	switch e := expr.(type) {
	case *parser.MatrixSelector:
		return e.Range
	case *parser.SubqueryExpr:
		return e.Range
	}
	return 0
}

// inverse are functions of one number whose result tells it.
var inverse = map[string]func(float64) float64{
	"sqrt": func(v float64) float64 { return v * v },
	"exp":  math.Log, "ln": math.Exp, "log2": math.Exp2, "log10": func(v float64) float64 { return math.Pow(10, v) },
	"rad": func(v float64) float64 { return v * 180 / math.Pi }, "deg": func(v float64) float64 { return v * math.Pi / 180 },
}

// clockParts are functions that say where in the day, week, month or year a time lies.
var clockParts = []string{"hour", "minute", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"}

// call goes on below a function.
func (h hinter) call(e *parser.Call, g goal) {
	vector := operand(e)
	if vector == nil {
		return
	}
	name := e.Func.Name
	switch {
	case name == "absent" || name == "absent_over_time":
		h.absent(vector, g)
	case name == "rate" || name == "irate" || name == "increase":
		h.rates(e, vector, g)
	case strings.HasPrefix(name, "histogram_"):
		h.histogram(e, vector, g)
	case name == "timestamp":
		h.clock, h.taking = true, name
		h.want(vector, g)
	case strings.HasSuffix(name, "_over_time"):
		h.overTime(name, vector, g)
	case name == "changes" || name == "resets":
		h.restless(name, vector, g)
	case name == "delta" || name == "idelta" || name == "deriv" || name == "predict_linear" || strings.HasPrefix(name, "double_exponential"):
		h.slopes(e, vector, g)
	case name == "abs" && g.isNumber():
		h.want(vector, g)
		h.want(vector, g.mirrored().at(-g.level))
	case inverse[name] != nil && g.isNumber():
		h.want(vector, finite(g, inverse[name](g.level)))
	default:
		h.want(vector, g)
	}
}

// absent turns presence around.
func (h hinter) absent(vector parser.Expr, g goal) {
	if g.want == empty || g.isNumber() && !meets(g, 1) {
		h.want(vector, goal{want: present})
		return
	}
	h.want(vector, goal{want: empty})
}

// rates asks for a growth each second.
func (h hinter) rates(e *parser.Call, vector parser.Expr, g goal) {
	if e.Func.Name == "increase" && g.isNumber() {
		g.level /= max(rangeOf(vector).Seconds(), 1)
	}
	h.mark(vector, func(c *choices) { c.growing = true })
	h.want(vector, g)
}

// mark notes something about all leaves of a part.
func (h hinter) mark(expr parser.Expr, note func(*choices)) {
	for _, selector := range selectors(expr) {
		if rules := h.chain.behind(selector); len(rules) > 0 {
			if h.depth++; h.depth <= maxDepth {
				for _, rule := range rules {
					h.mark(rule.Expr, note)
				}
			}
			continue
		}
		note(&h.leafOf(selector).choices)
	}
}

// histogram asks for observations.
func (h hinter) histogram(e *parser.Call, vector parser.Expr, g goal) {
	native := e.Func.Name != "histogram_quantile"
	for _, selector := range h.rawSelectors(vector, 0) {
		native = native || !strings.HasSuffix(nameOf(selector), "_bucket")
	}
	h.mark(vector, func(c *choices) { c.bucket, c.native = true, native })
	switch e.Func.Name {
	case "histogram_fraction":
		if g.isNumber() && len(e.Args) == 3 {
			low, _ := constant(e.Args[0])
			high, _ := constant(e.Args[1])
			inside, outside := (low+high)/2, 4*high+1
			if math.IsInf(high, 1) {
				inside, outside = 2*low+1, low/4
			}
			if math.IsInf(low, -1) {
				inside = high / 4
			}
			if meets(g, 0) {
				inside, outside = outside, inside
			}
			h.mark(vector, func(c *choices) { c.add(pair{c.number(outside), c.number(inside)}) })
			return
		}
	case "histogram_count":
		h.mark(vector, func(c *choices) { c.often(g) })
		return
	case "histogram_sum":
		if g.isNumber() {
			g.level /= behaviour{}.often()
		}
	}
	h.want(vector, g)
}

// rawSelectors are the selectors of raw series that a part reads in the end.
func (h hinter) rawSelectors(expr parser.Expr, depth int) []*parser.VectorSelector {
	var all []*parser.VectorSelector
	for _, selector := range selectors(expr) {
		rules := h.chain.behind(selector)
		if len(rules) == 0 {
			all = append(all, selector)
		}
		for _, rule := range rules {
			if depth < maxDepth {
				all = append(all, h.rawSelectors(rule.Expr, depth+1)...)
			}
		}
	}
	return all
}

// overTime asks for what an aggregation over time makes of a series.
func (h hinter) overTime(name string, vector parser.Expr, g goal) {
	samples := max(rangeOf(vector).Seconds()/h.scrape().Seconds(), 1)
	switch {
	case name == "sum_over_time" && g.isNumber():
		h.want(vector, g.at(g.level/samples))
		h.want(vector, g)
	case name == "count_over_time" && g.isNumber():
		if g.want == below {
			h.want(vector, goal{want: empty})
		}
		h.want(vector, goal{want: present})
	case (strings.HasPrefix(name, "std") || strings.HasPrefix(name, "mad")) && g.isNumber():
		wide := 2*math.Abs(g.level) + 1
		calm, wild := behaviour{shape: steady, level: 1}, behaviour{flapping, 0, 2 * wide}
		if g.want == below {
			calm, wild = wild, calm
		}
		h.mark(vector, func(c *choices) { c.add(pair{calm, wild}) })
	default:
		h.want(vector, g)
	}
}

// restless asks for a series that changes, or a counter that starts again.
func (h hinter) restless(name string, vector parser.Expr, g goal) {
	calm, wild := behaviour{shape: steady, level: 1}, behaviour{flapping, 0, 1}
	if name == "resets" {
		calm, wild = behaviour{shape: growing, level: 1}, behaviour{shape: restarting}
	}
	busy := behaviour{shape: growing, level: 1}
	if g.isNumber() && meets(g, 0) {
		h.mark(vector, func(c *choices) { c.add(pair{wild, calm}, pair{busy, calm}) })
		return
	}
	h.mark(vector, func(c *choices) { c.add(pair{calm, wild}, pair{calm, busy}) })
	h.want(vector, goal{want: base})
}

// slopes asks for a series that moves.
func (h hinter) slopes(e *parser.Call, vector parser.Expr, g goal) {
	if !g.isNumber() {
		h.want(vector, g)
		return
	}
	seconds := max(rangeOf(vector).Seconds(), 1)
	per := 1.0 // of the result for each unit of slope
	switch e.Func.Name {
	case "delta":
		per = seconds
	case "idelta":
		per = h.scrape().Seconds()
	case "predict_linear":
		per = seconds
		if ahead, ok := constant(e.Args[1]); ok {
			per = max(ahead, 1)
		}
	}
	h.mark(vector, func(c *choices) {
		if c.growing || c.bucket {
			c.accelerate()
			return
		}
		for _, from := range []float64{1, 100, math.Abs(g.level) + 1} {
			level := g.level
			if e.Func.Name == "predict_linear" {
				level -= from
			}
			for _, slope := range []float64{2 * level / per, -2 * level / per, (math.Abs(level) + 1) / per, -(math.Abs(level) + 1) / per} {
				if slope == 0 {
					continue
				}
				c.add(pair{behaviour{shape: steady, level: from}, behaviour{ramping, from, slope}})
			}
		}
	})
	h.want(vector, g)
}

// often adds histograms that observe something more or less often.
func (c *choices) often(g goal) {
	healthy, incident := g.numbers()
	times := func(n float64) behaviour {
		if n <= 0 {
			n = -1 // never
		}
		return behaviour{observed, 1, n}
	}
	for _, good := range healthy {
		for _, bad := range incident {
			c.add(pair{times(good), times(bad)})
		}
	}
	c.add(pair{behaviour{}, c.number(1)}, pair{c.number(1), behaviour{}})
}

// accelerate adds counters whose rate changes, and histograms whose observations do.
func (c *choices) accelerate() {
	shape := accelerating
	if c.bucket {
		shape = worsening
	}
	for _, slope := range []float64{1, 0.001, 1000} {
		c.add(pair{c.number(1), behaviour{shape, 1, slope}}, pair{c.number(1e6), behaviour{shape, 1e6, -slope}})
	}
}
