package lint

import (
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleSeverityName = &Check{
	Code: "rule/severity-name", Severity: diag.Warning,
	Summary: "an alert's name says another severity than its label",
	Why:     "Whoever reads the name acts on it, and routes act on the label. One of the two was copied from another alert and never changed.",
	Run: func(p *Pass) {
		for i := range p.Rules {
			rule := &p.Rules[i]
			label := read.Find(rule.Labels, "severity")
			word := severityWord(rule.Alert.Value)
			own, known := ir.SeverityRank(label.Value)
			said, alsoKnown := ir.SeverityRank(word)
			if known && alsoKnown && own != said {
				p.Report(rule.At(label.At()).Noting("the name stands at %s", rule.Alert.At()), "write severity "+word+", or rename the alert",
					"%s has severity %s, but its name says %s", rule.Alert.Value, label.Value, word)
			}
		}
	},
}

// severityWords begin or end names that say how urgent an alert is.
var severityWords = regexp.MustCompile(`^(Critical|Warning|Info)[A-Z]|[a-z](Critical|Warning|Info|Page|Ticket)$`)

// severityWord is the severity that a name says; empty where it says none.
func severityWord(name string) string {
	found := severityWords.FindStringSubmatch(name)
	if found == nil {
		return ""
	}
	return strings.ToLower(found[1] + found[2])
}
