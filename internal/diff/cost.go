package diff

import (
	"math"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// Cost is how many samples the rules read in an hour, before and after.
type Cost struct{ Before, After float64 }

func (c Cost) plus(other Cost) Cost { return Cost{c.Before + other.Before, c.After + other.After} }

// Estimate says how the samples are counted.
const Estimate = "an estimate: for each selector of each rule, the series that the metric's labels allow (closed sets and caps, narrowed by " +
	"its matchers, times replicas) × samples in its range (range / scrape interval; 1 without a range) × evaluations an hour"

func (p *pair) cost() Cost { return Cost{samplesPerHour(p.before), samplesPerHour(p.after)} }

// counter counts what the rules of one program read.
type counter struct {
	metrics  map[string]*ir.Metric
	records  map[string]record
	replicas float64
	scrape   time.Duration
}

// record is a recording: how many series it is, and how far its samples are apart.
type record struct {
	series   float64
	interval time.Duration
}

// defaultScrape is how far samples are apart where the spec has no service.
const defaultScrape = 30 * time.Second

// samplesPerHour walks the rules in the order of their groups, in which a rule stands after the rules that it reads.
func samplesPerHour(p *ir.Program) float64 {
	c := &counter{metrics: map[string]*ir.Metric{}, records: map[string]record{}, replicas: 1, scrape: defaultScrape}
	for _, m := range p.Metrics {
		c.metrics[m.Name] = m
	}
	if s := p.Service; s != nil {
		c.replicas = math.Max(1, float64(s.Replicas))
		if s.Scrape.Interval > 0 {
			c.scrape = s.Scrape.Interval
		}
	}
	total := 0.0
	for _, g := range p.Groups {
		interval := g.Interval
		if interval <= 0 {
			interval = p.Platform.Prometheus.EvaluationInterval
		}
		for _, rule := range g.Rules {
			expr, err := promql.Parse(rule.Expr)
			if err != nil || interval <= 0 {
				continue
			}
			total += c.samples(expr, interval) * float64(time.Hour) / float64(interval)
			if rule.Record != "" {
				known := c.records[rule.Record] // an SLO's recordings share a name, and are told apart by a label
				c.records[rule.Record] = record{math.Max(known.series, c.series(expr)), interval}
			}
		}
	}
	return total
}

// samples is what one evaluation of an expression reads.
func (c *counter) samples(node parser.Node, interval time.Duration) float64 {
	switch e := node.(type) {
	case *parser.MatrixSelector:
		selector := e.VectorSelector.(*parser.VectorSelector)
		return c.selected(selector) * math.Max(1, float64(e.Range)/float64(c.apart(selector.Name)))
	case *parser.VectorSelector:
		return c.selected(e)
	case *parser.SubqueryExpr:
		step := e.Step
		if step <= 0 {
			step = interval
		}
		return c.samples(e.Expr, interval) * math.Max(1, float64(e.Range)/float64(step))
	}
	total := 0.0
	for child := range parser.ChildrenIter(node) {
		total += c.samples(child, interval)
	}
	return total
}

// apart is the time between two samples of a series.
func (c *counter) apart(name string) time.Duration {
	if r, ok := c.records[name]; ok && r.interval > 0 {
		return r.interval
	}
	return c.scrape
}

// selected is how many series a selector finds.
func (c *counter) selected(s *parser.VectorSelector) float64 {
	if r, ok := c.records[s.Name]; ok {
		return r.series
	}
	m, suffix := c.metric(s.Name)
	if m == nil {
		return c.replicas // one series a target, such as up
	}
	series := c.replicas
	for i := range m.Labels {
		series *= values(&m.Labels[i], m.Stored(m.Labels[i].Name), s.LabelMatchers)
	}
	if suffix == "_bucket" {
		series *= values(&ir.Label{Name: "le", Max: len(m.Buckets) + 1}, "le", s.LabelMatchers)
	}
	return series
}

func (c *counter) metric(name string) (m *ir.Metric, suffix string) {
	if m := c.metrics[name]; m != nil {
		return m, ""
	}
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if base, ok := strings.CutSuffix(name, suffix); ok && c.metrics[base] != nil {
			return c.metrics[base], suffix
		}
	}
	return nil, ""
}

// values is how many values of a label the matchers leave.
func values(label *ir.Label, stored string, matchers []*labels.Matcher) float64 {
	n := math.Max(1, float64(max(label.Max, len(label.Values))))
	for _, m := range matchers {
		if m.Name != stored {
			continue
		}
		if label.Values == nil {
			if m.Type == labels.MatchEqual {
				n = 1
			}
			continue
		}
		left := 0.0
		for _, value := range label.Values {
			if m.Matches(value) {
				left++
			}
		}
		n = math.Min(n, left)
	}
	return n
}

// series is how many series an expression has as its result.
func (c *counter) series(node parser.Node) float64 {
	switch e := node.(type) {
	case *parser.NumberLiteral:
		return 0
	case *parser.VectorSelector:
		return c.selected(e)
	case *parser.AggregateExpr:
		return c.aggregated(e)
	case *parser.BinaryExpr:
		if e.Op == parser.LOR {
			return math.Max(c.series(e.LHS), c.series(e.RHS))
		}
		return math.Max(1, math.Min(nonZero(c.series(e.LHS)), nonZero(c.series(e.RHS))))
	}
	most := 1.0
	for child := range parser.ChildrenIter(node) {
		most = math.Max(most, c.series(child))
	}
	return most
}

// aggregated is the product of the labels that are kept, at most what there was before.
func (c *counter) aggregated(e *parser.AggregateExpr) float64 {
	inner := c.series(e.Expr)
	if e.Without {
		return inner
	}
	product := 1.0
	for _, name := range e.Grouping {
		best := math.Inf(1)
		for _, selector := range selected(e.Expr) {
			if m, suffix := c.metric(selector); m != nil {
				if label := m.Label(name); label != nil {
					best = math.Min(best, math.Max(1, float64(max(label.Max, len(label.Values)))))
				} else if name == "le" && suffix == "_bucket" {
					best = math.Min(best, float64(len(m.Buckets)+1))
				}
			}
		}
		if !math.IsInf(best, 1) {
			product *= best
		}
	}
	return math.Max(1, math.Min(product, inner))
}

// nonZero takes a number without series, such as a literal, for any number of them.
func nonZero(n float64) float64 {
	if n <= 0 {
		return math.Inf(1)
	}
	return n
}
