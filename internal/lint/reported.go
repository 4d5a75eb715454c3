package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/promql"
)

// isReported reports whether one of some codes is found at the comparison that a rule fires by: a text beside it may be what is
// right, and advice to adapt it would hide the mistake.
func isReported(rule *Rule, codes ...string) bool {
	isAsked := func(finding promql.Finding) bool { return slices.Contains(codes, finding.Code) }
	if !slices.ContainsFunc(rule.Analysis.Findings, isAsked) {
		return false
	}
	condition, ok := rule.Analysis.OnlyCondition(rule.Parsed)
	if !ok {
		return false
	}
	number := condition.Number.PositionRange()
	return slices.ContainsFunc(rule.Analysis.Findings, func(finding promql.Finding) bool {
		return isAsked(finding) && finding.Range.Start <= number.Start && number.End <= finding.Range.End
	})
}
