package lint

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

var ruleLaterDocument = &Check{
	Code: "rule/later-document", Severity: diag.Warning,
	Summary: "rules stand in a second document of a file, which Prometheus does not read",
	Why: "Prometheus loads the first document of a rule file, writes a warning into its log, and leaves out everything behind the next ---: " +
		"the alerts there look like protection and are none. vmalert reads them all, and so does mimirtool, whose documents name a namespace.",
	Run: func(p *Pass) {
		first := map[string]diag.Pos{}  // by file
		lost := map[diag.Pos][]string{} // groups, by document
		var documents []diag.Pos
		for i := range p.Set.Groups {
			group := &p.Set.Groups[i]
			if group.Resource != nil || !group.Namespace.IsZero() {
				continue
			}
			if _, known := first[group.Holder.File]; !known {
				first[group.Holder.File] = group.Holder
			}
			if group.Holder == first[group.Holder.File] {
				continue
			}
			if lost[group.Holder] == nil {
				documents = append(documents, group.Holder)
			}
			lost[group.Holder] = append(lost[group.Holder], group.Name.Value)
		}
		for _, document := range documents {
			p.Report(Place{At: document, Name: lost[document][0]}, "put it into a file of its own, or join its groups with those of the first document",
				"Prometheus reads the first document of a rule file alone, and never loads what is here: %s", strings.Join(lost[document], ", "))
		}
	},
}
