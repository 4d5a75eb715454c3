package promql

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// match types the labels of a binary operator's result, and reports sides that can never match.
func (w *walk) match(e *parser.BinaryExpr, left, right Type) []LabelSet {
	switch {
	case e.Type() == parser.ValueTypeScalar:
		return nil
	case left.Value == parser.ValueTypeScalar:
		return w.filtered(e, right)
	case right.Value == parser.ValueTypeScalar:
		return w.filtered(e, left)
	}
	rule := e.VectorMatching
	if rule == nil {
		return []LabelSet{{}} // built by hand, and not complete
	}
	if e.Op == parser.LOR {
		return joinBranches(left.sets(), right.sets())
	}
	matched := matchBranches(e, left, right)
	if len(matched) == 0 {
		w.reportNeverMatches(e, left, right)
		return []LabelSet{{}}
	}
	w.checkOn(e, left, right)
	w.checkUnmatchedOperand(e, left, right)
	if !e.Op.IsSetOperator() {
		w.checkCardinality(e, left, right)
	}
	if e.Op == parser.LUNLESS {
		return left.each(func(set LabelSet) LabelSet { set.picked = true; return set })
	}
	if len(matched) > maxBranches {
		return joinBranches(matched[:1], matched[1:])
	}
	return matched
}

// filtered is the labels of a vector after an operation with a scalar.
func (w *walk) filtered(e *parser.BinaryExpr, t Type) []LabelSet {
	if !e.Op.IsComparisonOperator() || e.ReturnBool {
		return t.sets()
	}
	return t.each(func(set LabelSet) LabelSet { set.picked = true; return set })
}

// matchBranches is the label sets of every pair of branches that can match.
func matchBranches(e *parser.BinaryExpr, left, right Type) []LabelSet {
	var matched []LabelSet
	for _, l := range left.sets() {
		for _, r := range right.sets() {
			if set, ok := paired(e, l, r); ok {
				matched = append(matched, set)
			}
		}
	}
	return matched
}

// compares reports whether the matching looks at a label.
func compares(rule *parser.VectorMatching, name string) bool {
	return name != model.MetricNameLabel && slices.Contains(rule.MatchingLabels, name) == rule.On
}

// conflict finds a label that keeps two label sets from ever matching.
func conflict(rule *parser.VectorMatching, l, r LabelSet) (string, bool) {
	for _, label := range l.labels {
		if compares(rule, label.Name) {
			if _, ok := label.narrowed(r.Get(label.Name)); !ok {
				return label.Name, true
			}
		}
	}
	for _, label := range r.labels {
		if compares(rule, label.Name) {
			if _, ok := label.narrowed(l.Get(label.Name)); !ok {
				return label.Name, true
			}
		}
	}
	return "", false
}

// paired is the labels of the result of two series that match: what both sides know holds for the labels that are
// compared, and the others are those of the side with many (promql/engine.go, resultMetric).
func paired(e *parser.BinaryExpr, l, r LabelSet) (LabelSet, bool) {
	rule := e.VectorMatching
	if _, never := conflict(rule, l, r); never {
		return LabelSet{}, false
	}
	many, few := l, r
	if rule.Card == parser.CardOneToMany {
		many, few = r, l
	}
	result := LabelSet{closed: many.closed, why: many.why, scraped: many.scraped, picked: many.picked || filters(e)}
	for _, label := range many.labels {
		if compares(rule, label.Name) {
			label, _ = label.narrowed(few.Get(label.Name))
		}
		result.labels = append(result.labels, label)
	}
	for _, label := range few.labels {
		if _, known := many.find(label.Name); known || !compares(rule, label.Name) {
			continue
		}
		if both, _ := label.narrowed(many.Get(label.Name)); both.Presence != Never || !result.closed {
			result.labels = append(result.labels, both)
		}
	}
	result.sort()
	if !rule.On && few.closed && rule.Card == parser.CardOneToOne && len(rule.MatchingLabels) == 0 && !e.Op.IsSetOperator() {
		result.closed, result.why = true, few.why
	}
	why := reason{cause: causeMatching, node: e}
	switch {
	case e.Op.IsSetOperator():
	case rule.Card == parser.CardOneToOne && rule.On:
		result = result.only(rule.MatchingLabels, why)
	case rule.Card == parser.CardOneToOne && len(rule.MatchingLabels) > 0:
		result = result.drop(rule.MatchingLabels, why)
	}
	for _, name := range rule.Include {
		result = result.with(few.Get(name))
	}
	return result, true
}

// filters reports whether an operator keeps some series of an operand only.
func filters(e *parser.BinaryExpr) bool {
	return e.Op.IsSetOperator() || e.Op.IsComparisonOperator() && !e.ReturnBool
}

// reportNeverMatches says which label keeps the sides apart.
func (w *walk) reportNeverMatches(e *parser.BinaryExpr, left, right Type) {
	rule := e.VectorMatching
	if rule.FillValues.LHS != nil || rule.FillValues.RHS != nil || len(w.misspelt) > 0 {
		return // series without a match are filled in, or a label is misspelt that would make them match
	}
	name, _ := conflict(rule, left.sets()[0], right.sets()[0])
	severity, message := diag.Error, "the two sides of "+e.Op.String()+" can never match"
	if e.Op == parser.LUNLESS {
		severity, message = diag.Warning, "unless removes nothing: its two sides can never match"
	}
	w.report(severity, codeNeverMatches, e, message, matchingHelp(rule, name),
		side("left", e.LHS, left.Label(name)), side("right", e.RHS, right.Label(name)))
}

func matchingHelp(rule *parser.VectorMatching, name string) string {
	switch {
	case name == "":
		return "give both sides the same labels"
	case rule.On:
		return "remove " + name + " from on (…), or keep it on both sides"
	default:
		return "keep " + name + " on both sides, or match without it: ignoring (" + name + ")"
	}
}

// side says what one side of an operator has of a label.
func side(which string, e parser.Expr, l Label) string {
	text := which + ", " + excerpt(e) + ", "
	switch {
	case l.Presence == Never && l.Why() != "":
		return text + "has no " + l.Name + ": " + l.Why()
	case l.Presence == Never:
		return text + "has no " + l.Name
	case len(l.Values) > 0:
		return text + "has " + l.Name + " " + list(l.Values)
	default:
		return text + "has " + l.Name
	}
}

// checkOn reports labels of on and group_left that no series has. Labels of ignoring that are not there harm nobody.
func (w *walk) checkOn(e *parser.BinaryExpr, left, right Type) {
	rule := e.VectorMatching
	if rule.On {
		for _, name := range rule.MatchingLabels {
			w.checkGroupingSlip(e, "on ("+name+")", name, left, right)
			l, r := left.Label(name), right.Label(name)
			if l.Presence == Never && r.Presence == Never {
				w.report(diag.Warning, codeUnknownLabel, e, "on ("+name+") compares nothing: no side has a label "+name,
					didYouMean(name, left.sets()[0].Names()), side("left", e.LHS, l), side("right", e.RHS, r))
			}
		}
	}
	few, one, grouping := right, e.RHS, "group_left"
	if rule.Card == parser.CardOneToMany {
		few, one, grouping = left, e.LHS, "group_right"
	}
	for _, name := range rule.Include {
		if l := few.Label(name); l.Presence == Never {
			severity := diag.Warning
			if l.why.cause == causeMetric {
				severity = diag.Error
			}
			w.report(severity, codeUnknownLabel, e, grouping+" ("+name+") copies a label that "+excerpt(one)+" does not have",
				didYouMean(name, few.sets()[0].Names()), notes(elsewhere(l))...)
		}
	}
}

// checkCardinality reports a side that must have one series for each match and has several.
func (w *walk) checkCardinality(e *parser.BinaryExpr, left, right Type) {
	rule := e.VectorMatching
	if rule.Card != parser.CardOneToMany {
		w.checkOne(e, e.RHS, right, rule, "right", "group_right")
	}
	if rule.Card != parser.CardManyToOne {
		w.checkOne(e, e.LHS, left, rule, "left", "group_left")
	}
}

func (w *walk) checkOne(e *parser.BinaryExpr, side parser.Expr, t Type, rule *parser.VectorMatching, which, grouping string) {
	sets := t.sets()
	if len(sets) != 1 || sets[0].picked {
		return
	}
	for _, l := range sets[0].labels {
		if compares(rule, l.Name) || l.Name == model.MetricNameLabel || l.Presence != Must || len(l.Values) < 2 {
			continue
		}
		help := "add " + grouping + ", or aggregate " + l.Name + " away"
		if rule.Card != parser.CardOneToOne {
			help = "aggregate " + l.Name + " away on that side"
		}
		w.report(diag.Error, codeManyToOne, e, "several series of the "+which+" side match one of the other: they differ in "+l.Name, help,
			excerpt(side)+" has "+l.Name+" "+list(l.Values))
		return
	}
}
