package lint

import (
	"regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleRawShare = &Check{
	Code: "rule/raw-share", Severity: diag.Warning,
	Summary: "a share is printed as it is, in a text that speaks of percent",
	Why:     "The text says above 85 % and the value beside it 0.853: whoever reads it at night has to work out that both are one scale.",
	Run: func(p *Pass) {
		for i := range p.Rules {
			rule := &p.Rules[i]
			if rule.Analysis == nil || !rule.Analysis.Root.Unit.Known() || rule.Analysis.Root.Unit.Unit != unit.Ratio {
				continue
			}
			for _, annotation := range rule.Annotations {
				at := rawValue.FindStringIndex(annotation.Value.Value)
				if at == nil || !percentage.MatchString(action.ReplaceAllString(annotation.Value.Value, "")) {
					continue
				}
				p.Report(rule.At(annotation.Value.Pos(at[0], at[1]-at[0])), "write {{ $value | humanizePercentage }}",
					"%s prints a share of 85 %% as 0.85, beside percentages", annotation.Name.Value)
			}
		}
	},
}

var (
	rawValue   = regexp.MustCompile(`\{\{-?\s*(?:\$value|\.Value)\s*-?\}\}`)
	action     = regexp.MustCompile(`\{\{.*?\}\}`)
	percentage = regexp.MustCompile(`\d ?%`)
)
