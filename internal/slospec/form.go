package slospec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/regexp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
)

// form is a signal of the spec language: a share, a share within a bound, a ratio, or PromQL written out.
type form struct {
	share, within, ratio string // the metric
	matching             []*labels.Matcher
	bound                float64
	to                   string
	where                []*labels.Matcher
	expr                 parser.Expr
	unit                 string // of expr; empty for a figure that nobody knows the unit of
	good                 bool   // it is the good share
	grouped              []string
	histogram            bool // share is a histogram, whose observations count
	joined               bool // the part's matchers do not repeat the total's

	part, total string        // events in PromQL with $window, where no form counts them
	sides       []parser.Expr // the two, parsed
}

// written is the PromQL of the form that is written out.
func (f form) written() []parser.Expr {
	if f.total != "" {
		return f.sides
	}
	if f.expr != nil {
		return []parser.Expr{f.expr}
	}
	return nil
}

// writtenEvents counts events by the queries themselves, where their ranges are the tool's window and nothing but by is left
// of their labels.
func writtenEvents(of indicator) (form, bool) {
	made := form{good: of.good, part: inWindows(of.part.text.Value), total: inWindows(of.total.text.Value)}
	for n, text := range []string{made.part, made.total} {
		windows, own, err := promql.Windows(text)
		expr, _ := promql.ParseWindow(text, signalWindow)
		if err != nil || windows == 0 || len(own) > 0 || expr.Type() != parser.ValueTypeVector {
			return form{}, false
		}
		if s, ok := selected(expr, false); ok && strings.HasSuffix(s.metric, "_bucket") {
			if _, _, one := bucket(s.matchers); !one { // an event is in every bucket above it
				return form{}, false
			}
		}
		for _, strange := range beyondSpecs(expr) {
			if strange {
				return form{}, false
			}
		}
		kept, known := promql.ResultLabels(expr)
		if !known || n > 0 && !slices.Equal(kept, made.grouped) || slices.ContainsFunc(kept, isOwned) {
			return form{}, false
		}
		made.grouped = kept
		made.sides = append(made.sides, expr)
	}
	return made, !isSame(made.sides[0], made.sides[1])
}

// inWindows puts $window for a tool's template, and for the ranges of a text that has but one length of them.
func inWindows(text string) string {
	text = windowTemplate.ReplaceAllLiteralString(text, promql.WindowName)
	windows, own, err := promql.Windows(text)
	if err != nil || windows > 0 || len(slices.Compact(own)) != 1 {
		return text
	}
	return fixedRange.ReplaceAllLiteralString(text, "["+promql.WindowName+"]")
}

// fixedRange is a range of a text without subqueries.
var fixedRange = regexp.MustCompile(`\[[0-9][0-9a-z]*\]`)

// events finds the form of two queries that count events; else why there is none.
func events(of indicator) (form, string) {
	part, total, good := plain(of.part.expr), plain(of.total.expr), of.good
	// All without the good ones are the bad ones.
	for rest, ok := part.(*parser.BinaryExpr); ok && rest.Op == parser.SUB && isSame(rest.LHS, total); rest, ok = part.(*parser.BinaryExpr) {
		part, good = plain(rest.RHS), !good
	}
	p, ok := selected(part, of.counters)
	if !ok {
		return form{}, "an objective counts sum(rate(metric{…}[window])), and " + what(of.good) + " is another query"
	}
	t, ok := selected(total, of.counters)
	if !ok {
		return form{}, "an objective counts sum(rate(metric{…}[window])), and the total is another query"
	}
	made, reason := combined(p, t)
	if name := reserved(made); reason == "" && name != "" {
		return form{}, fmt.Sprintf("metrics of a spec have no label %q", name)
	}
	made.good = good
	made.grouped = p.grouped
	if len(made.grouped) == 0 {
		made.grouped = t.grouped
	}
	return made, reason
}

// reserved is the name of a label that metrics of a spec cannot have.
func reserved(made form) string {
	for _, m := range slices.Concat(made.matching, made.where) {
		if !isLabel(m.Name) {
			return m.Name
		}
	}
	return ""
}

func what(good bool) string {
	if good {
		return "the number of good events"
	}
	return "the number of bad events"
}

// combined finds the form of two selections.
func combined(part, total selection) (form, string) {
	for _, metric := range []string{part.metric, total.metric} {
		if strings.Contains(metric, ":") {
			return form{}, metric + " is recorded by a rule, and an objective counts what the service exposes"
		}
	}
	if histogram, ok := strings.CutSuffix(part.metric, "_bucket"); ok {
		return withinBound(histogram, part, total)
	}
	if part.metric != total.metric {
		return quotient(part, total)
	}
	if strings.HasSuffix(part.metric, "_sum") {
		return form{}, part.metric + " adds up what was observed, and counts no events"
	}
	made := form{where: total.matchers}
	made.share, made.histogram = strings.CutSuffix(part.metric, "_count")
	shared := 0
	for _, m := range part.matchers {
		if hasMatcher(total.matchers, m) {
			shared++
			continue
		}
		made.matching = append(made.matching, m)
	}
	if len(made.matching) == 0 {
		return form{}, "both queries count the same events"
	}
	made.joined = shared < len(total.matchers)
	return made, ""
}

// withinBound is a histogram's bucket over its count.
func withinBound(histogram string, part, total selection) (form, string) {
	bound, others, ok := bucket(part.matchers)
	if !ok {
		return form{}, "it does not select one bucket of " + histogram + " by le"
	}
	all := total.matchers
	if total.metric == histogram+"_bucket" {
		infinite, rest, ok := bucket(total.matchers)
		if !ok || !math.IsInf(infinite, 1) {
			return form{}, "the total is not all observations of " + histogram
		}
		all = rest
	} else if total.metric != histogram+"_count" {
		return form{}, fmt.Sprintf("%s and %s are not of one histogram", part.metric, total.metric)
	}
	if !isFinite(bound) {
		return form{}, "every observation is below +Inf"
	}
	if !sameMatchers(others, all) {
		return form{}, "the bucket and the total select different series of " + histogram
	}
	return form{within: histogram, bound: bound, where: all}, ""
}

// boundPattern takes away what patterns of bounds are written with: 5|5\.0 and 5(\.0)?
var boundPattern = strings.NewReplacer(`(\.0)?`, "", `\.`, ".", "(", "", ")", "", "?:", "")

// bucket takes the bound out of matchers. A pattern may spell it in several ways.
func bucket(matchers []*labels.Matcher) (bound float64, others []*labels.Matcher, ok bool) {
	for _, m := range matchers {
		if m.Name != labels.BucketLabel {
			others = append(others, m)
			continue
		}
		spellings := []string{m.Value}
		if m.Type == labels.MatchRegexp {
			spellings = strings.Split(boundPattern.Replace(m.Value), "|")
		} else if m.Type != labels.MatchEqual || ok {
			return 0, nil, false
		}
		for n, spelling := range spellings {
			value, err := strconv.ParseFloat(spelling, 64)
			if err != nil || n > 0 && value != bound {
				return 0, nil, false
			}
			bound, ok = value, true
		}
	}
	return bound, others, ok
}

func isFinite(value float64) bool { return !math.IsInf(value, 0) && !math.IsNaN(value) }

// quotient is one counter over another.
func quotient(part, total selection) (form, string) {
	for _, metric := range []string{part.metric, total.metric} {
		for _, suffix := range []string{"_count", "_bucket", "_sum"} {
			if strings.HasSuffix(metric, suffix) {
				return form{}, "a ratio of an objective takes two counters, and " + metric + " belongs to a histogram or summary"
			}
		}
	}
	if !sameMatchers(part.matchers, total.matchers) {
		return form{}, "a ratio takes the same matchers on both sides"
	}
	return form{ratio: part.metric, to: total.metric, where: total.matchers}, ""
}

// quotientOf divides an indicator that is one query into the two that count events, where it is a division.
func quotientOf(of indicator) (indicator, bool) {
	expr := plain(of.whole.expr)
	if rest, ok := expr.(*parser.BinaryExpr); ok && rest.Op == parser.SUB {
		if one, ok := plain(rest.LHS).(*parser.NumberLiteral); ok && one.Val == 1 {
			expr, of.good = plain(rest.RHS), !of.good
		}
	}
	division, ok := expr.(*parser.BinaryExpr)
	if !ok || division.Op != parser.DIV {
		return of, false
	}
	of.part, of.total = query{of.whole.text, division.LHS}, query{of.whole.text, division.RHS}
	return of, true
}

// quantileOf is the histogram and the quantile of a query such as histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))).
func quantileOf(expr parser.Expr) (s selection, quantile float64, ok bool) {
	call, ok := plain(expr).(*parser.Call)
	if !ok || call.Func.Name != "histogram_quantile" {
		return s, 0, false
	}
	number, ok := plain(call.Args[0]).(*parser.NumberLiteral)
	if !ok || number.Val <= 0 || number.Val >= 1 {
		return s, 0, false
	}
	if s, ok = selected(call.Args[1], false); !ok || !strings.HasSuffix(s.metric, "_bucket") {
		return s, 0, false
	}
	s.metric = strings.TrimSuffix(s.metric, "_bucket")
	s.grouped = slices.DeleteFunc(slices.Clone(s.grouped), func(name string) bool { return name == labels.BucketLabel })
	return s, number.Val, true
}

// written is the form of anything else.
func written(of indicator) form {
	if of.whole.expr != nil {
		made := form{expr: of.whole.expr, good: of.good, unit: "ratio"}
		if of.limit != nil {
			made.unit = ""
		}
		return made
	}
	return form{expr: promql.Binary(parser.DIV, of.part.expr, of.total.expr), good: of.good, unit: "ratio"}
}

func hasMatcher(matchers []*labels.Matcher, m *labels.Matcher) bool {
	return slices.ContainsFunc(matchers, func(other *labels.Matcher) bool { return other.String() == m.String() })
}

func sameMatchers(a, b []*labels.Matcher) bool {
	has := func(of []*labels.Matcher) func(*labels.Matcher) bool {
		return func(m *labels.Matcher) bool { return !hasMatcher(of, m) }
	}
	return !slices.ContainsFunc(a, has(b)) && !slices.ContainsFunc(b, has(a))
}
