package lower

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// runbookIndex is the page that lists the runbooks, without its extension and in small letters.
const runbookIndex = "readme"

// alertFilesDiffer refuses names that would hide one runbook behind another where the file system does not tell capitals from
// small letters. An SLO is told once, not for each of its alerts.
func (l *lowerer) alertFilesDiffer() {
	seen, told := map[string]*ir.Alert{}, map[string]bool{}
	for _, a := range l.program.Alerts {
		path := at("alerts", a.Name)
		if a.SLO != nil {
			path = a.SLO.Path
		}
		file := strings.ToLower(a.Name)
		other, taken := seen[file]
		switch {
		case told[path]:
		case file == runbookIndex:
			told[path] = true
			l.report("names/alert", path, "use another name, such as HighErrorRate",
				"%q is no name for an alert: the list of runbooks has the same file name", a.Name)
		case !taken:
			seen[file] = a
		case other.Name != a.Name: // equal names have been refused before
			told[path] = true
			l.report("names/collision", path, "use names that differ in more than capitals",
				"alerts %s and %s would have one runbook on file systems that do not tell capitals apart", other.Name, a.Name)
		}
	}
}
