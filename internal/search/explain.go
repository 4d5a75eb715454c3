package search

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	promqltypes "github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// metric is what is known of a metric; nil where nothing is.
func (s *search) metric(series string) *promqltypes.Metric {
	if s.Table == nil {
		return nil
	}
	return s.Table.Find(series)
}

// refused says why nothing can be searched for.
func (s *search) refused() string {
	if s.Rule.Expr.Type() == parser.ValueTypeString {
		return "its expression is a text, which Prometheus does not evaluate as a rule"
	}
	return ""
}

// explain says why nothing was found: by what is known of PromQL where that says that the alert can never fire, else by what the
// simulations showed.
func (s *search) explain(ctx context.Context, r *Result) {
	if s.byTypes(r) {
		return
	}
	tried := s.tried
	switch text, n := s.mostlyFailed(); {
	case s.near != "":
		r.Reason = s.near
	case s.unended > 0:
		r.Reason = "it fires, and never resolves, whatever was tried"
	case s.before > 0 && s.firing == s.before:
		r.Reason = "wherever it fires, it fires as well while all is well"
	case n == s.tried && n > 0:
		r.Reason = "Prometheus refuses to evaluate it: " + text
	default:
		r.Reason = s.stuck(ctx)
		if r.Reason == "" && n > 0 {
			r.Reason = "Prometheus refuses to evaluate it where series match: " + text
		}
	}
	if r.Reason == "" {
		r.Reason = "nothing that was tried makes it fire"
	}
	r.Reason += fmt.Sprintf(" (%d situations tried)", tried)
}

// explaining are the codes of findings that say why an alert never fires.
var explaining = []string{
	"promql/never-matches", "promql/unreachable-comparison", "promql/quantile-without-le", "promql/absent-never", "promql/label-replace",
	"promql/quantile-of-non-bucket", "promql/quantile-range", "promql/label-value", "promql/unknown-metric", "promql/unknown-label", "promql/many-to-one",
	"promql/range-too-short", "promql/inverted-share", "promql/opposite-windows",
}

// because adds to a reason why an alert fires whatever its threshold is.
func (s *search) because(r *Result) {
	if f := s.finding("promql/bool", "promql/or-always"); f != nil {
		r.Reason, r.Code, r.Severity = r.Reason+": "+f.Message, f.Code, f.Severity
	}
}

// byTypes explains by what the types of the expression, and of the rules that it reads, say.
func (s *search) byTypes(r *Result) bool {
	f := s.finding(explaining...)
	if f != nil {
		r.Reason, r.Code, r.Severity = f.Message, f.Code, f.Severity
	}
	return f != nil
}

// finding is the first error of some codes in the expressions, or else the first warning; nil where there is none.
func (s *search) finding(codes ...string) *promqltypes.Finding {
	if s.Table == nil {
		return nil
	}
	var best *promqltypes.Finding
	for i, expr := range s.chain.exprs() {
		use := promqltypes.UseRecord
		if i == 0 {
			use = promqltypes.UseAlert
		}
		for _, f := range s.Table.Analyze(expr, use).Findings {
			if slices.Contains(codes, f.Code) && (best == nil || best.Severity != diag.Error && f.Severity == diag.Error) {
				best = &f
			}
		}
	}
	return best
}

// mostlyFailed is what Prometheus said most often where it refused to evaluate, and how often it did so at all.
func (s *search) mostlyFailed() (string, int) {
	total, most, text := 0, 0, ""
	for _, one := range slices.Sorted(maps.Keys(s.failed)) {
		total += s.failed[one]
		if s.failed[one] > most {
			most, text = s.failed[one], one
		}
	}
	text, _, _ = strings.Cut(text, ";many-to-many")
	return text, total
}

// observation is what one part of the expression was in the combinations that were looked at.
type observation struct {
	found     bool
	low, high float64
	example   labels.Labels
}

func (o *observation) see(matrix promql.Matrix) {
	for _, series := range matrix {
		for _, p := range series.Floats {
			if math.IsNaN(p.F) {
				continue
			}
			if !o.found {
				o.low, o.high, o.example = p.F, p.F, series.Metric
			}
			o.found, o.low, o.high = true, min(o.low, p.F), max(o.high, p.F)
		}
		if len(series.Histograms) > 0 && !o.found {
			o.found, o.example = true, series.Metric
		}
	}
}

// stuck finds the innermost part that was always empty although its operands were not, and says what these were.
func (s *search) stuck(ctx context.Context) string {
	parts := s.parts()
	seen := make([]observation, len(parts))
	if len(s.seen) > 2*seenForExplanations {
		s.seen = s.seen[:2*seenForExplanations]
	}
	for _, c := range s.seen {
		groups, rule := s.bare(s.coarseInterval(s.clockOf(c)))
		run, err := s.run(ctx, c, groups, rule, 0)
		if err != nil {
			return ""
		}
		every := s.coarseInterval(run.clock)
		for i, part := range parts {
			matrix, err := run.memory.Range(ctx, part.String(), simulate.Steps{First: run.clock.began, Last: run.clock.ends, Every: every})
			if err == nil {
				seen[i].see(matrix)
			}
		}
	}
	for i, part := range parts { // the innermost ones come first
		if !seen[i].found {
			if reason := why(part, parts, seen); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// parts are the parts of the alert's expression that have series or numbers, the innermost first.
func (s *search) parts() []parser.Expr {
	var all []parser.Expr
	parser.Inspect(s.Rule.Expr, func(node parser.Node, _ []parser.Node) error {
		part, ok := node.(parser.Expr)
		if ok && (part.Type() == parser.ValueTypeVector || part.Type() == parser.ValueTypeScalar) {
			all = append(all, part)
		}
		return nil
	})
	slices.Reverse(all) // Inspect goes from the root down
	return all
}

// why says why a part is empty, by what its operands were.
func why(part parser.Expr, parts []parser.Expr, seen []observation) string {
	of := func(expr parser.Expr) observation {
		if i := slices.Index(parts, expr); i >= 0 {
			return seen[i]
		}
		return observation{}
	}
	switch e := part.(type) {
	case *parser.BinaryExpr:
		left, right := of(e.LHS), of(e.RHS)
		switch {
		case e.Op == parser.LUNLESS && left.found:
			return fmt.Sprintf("the right side of unless in %s takes every series away", short(e))
		case e.Op == parser.LOR || !left.found || !right.found:
			return ""
		case e.Op.IsComparisonOperator() && (e.LHS.Type() == parser.ValueTypeScalar || e.RHS.Type() == parser.ValueTypeScalar || matchAt(e, left, right)):
			return fmt.Sprintf("%s never holds: its left side was %s, and its right side %s", short(e), left, right)
		case e.VectorMatching != nil:
			return fmt.Sprintf("no series of the two sides of %s match: the left has labels such as %s, the right %s", short(e),
				names(left.example), names(right.example))
		}
	case *parser.VectorSelector:
		return fmt.Sprintf("the rules record no series that %s selects", short(e))
	case *parser.Call:
		vector := operand(e)
		if reach := rangeOf(vector); reach > 0 && reach < time.Minute {
			return fmt.Sprintf("%s has no result: a range of %s holds fewer than two samples, where series are scraped every 30s",
				short(e), model.Duration(reach))
		}
		if vector != nil && of(vector).found {
			return fmt.Sprintf("%s has no result, although what it is given has", short(e))
		}
	}
	return ""
}

// matchAt reports whether examples of both sides match each other.
func matchAt(e *parser.BinaryExpr, left, right observation) bool {
	if e.VectorMatching == nil {
		return true
	}
	b := labels.NewBuilder(labels.EmptyLabels())
	key := func(set labels.Labels) labels.Labels {
		b.Reset(set)
		b.Del(model.MetricNameLabel)
		if e.VectorMatching.On {
			b.Keep(e.VectorMatching.MatchingLabels...)
		} else {
			b.Del(e.VectorMatching.MatchingLabels...)
		}
		return b.Labels()
	}
	return labels.Equal(key(left.example), key(right.example))
}

// String says what a part was.
func (o observation) String() string {
	if o.low == o.high {
		return "always " + figure(o.low)
	}
	return fmt.Sprintf("between %s and %s", figure(o.low), figure(o.high))
}

func names(set labels.Labels) string {
	var all []string
	set.Range(func(l labels.Label) {
		if l.Name != model.MetricNameLabel {
			all = append(all, l.Name)
		}
	})
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// short is a part of the expression in a message: its beginning where it is long.
func short(expr parser.Expr) string {
	const longest = 70
	text := []rune(strings.Join(strings.Fields(expr.String()), " "))
	if len(text) > longest {
		text = append(text[:longest:longest], '…')
	}
	return string(text)
}
