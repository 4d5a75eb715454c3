package lint

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleSeverityTypo = &Check{
	Code: "rule/severity-typo", Severity: diag.Warning,
	Summary: "an alert's severity is almost that of other alerts of its file",
	Why:     "Routes and inhibitions compare severities letter by letter: a misspelt one goes where nobody looks.",
	Run: func(p *Pass) {
		for _, alerts := range alertsByFile(p.Rules) {
			checkSeverities(p, alerts)
		}
	},
}

// checkSeverities reports a severity that no other alert has, and that is close to one that several have.
func checkSeverities(p *Pass, alerts []*Rule) {
	uses := map[string]int{}
	for _, alert := range alerts {
		uses[severity(alert)]++
	}
	var common []string
	for word, count := range uses {
		if count > 1 && word != "" {
			common = append(common, word)
		}
	}
	for _, alert := range alerts {
		word := severity(alert)
		if _, known := ir.SeverityRank(word); known || uses[word] > 1 || strings.ContainsAny(word, "0123456789{") {
			continue
		}
		if best, ok := diag.Closest(word, common); ok {
			p.Report(alert.At(read.Find(alert.Labels, "severity").At()), "did you mean "+best+"?", "no other alert has the severity %s", word)
		}
	}
}
