package lint

import (
	"slices"
)

// isReported reports whether one of some codes is found at the comparison that a rule fires by: a text beside it may be what is
// right, and advice to adapt it would hide the mistake.
func isReported(rule *Rule, codes ...string) bool {
	condition, ok := rule.Analysis.OnlyCondition(rule.Parsed)
	if !ok {
		return false
	}
	number := condition.Number.PositionRange()
	for _, finding := range rule.Analysis.Findings {
		if slices.Contains(codes, finding.Code) && finding.Range.Start <= number.Start && number.End <= finding.Range.End {
			return true
		}
	}
	return false
}
