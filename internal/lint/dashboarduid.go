package lint

import (
	"path"
	"regexp"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// longestUID is the longest identifier that Grafana stores (pkg/util/shortid_generator.go).
const longestUID = 40

// validUID is what Grafana accepts in an identifier (pkg/util/shortid_generator.go, IsValidShortUID).
var validUID = regexp.MustCompile(`^[a-zA-Z0-9\-_]*$`)

var dashboardUID = &Check{
	Code: "dashboard/uid", Severity: diag.Error, Warns: true,
	Summary: "a dashboard's uid is not valid, or taken by another dashboard",
	Why: "Grafana stores at most 40 letters, digits, - and _, and refuses other identifiers. Of two dashboards with the same uid the second " +
		"replaces the first, or is refused. Dashboards of different folders may be for different Grafanas: there it is a warning.",
	Run: func(p *Pass) {
		seen := map[string][]*read.Dashboard{}
		for i := range p.Set.Dashboards {
			board := &p.Set.Dashboards[i]
			at := Place{At: board.UID.At(), Owner: board.Pos, Name: board.Title.Value}
			uid := board.UID.Value
			switch {
			case uid == "":
			case len(uid) > longestUID:
				p.Report(at, "write at most 40 characters", "the uid has %d characters", len(uid))
			case !validUID.MatchString(uid):
				p.Report(at, "write letters, digits, - and _ only", "the uid %q has characters that Grafana refuses", uid)
			default:
				sameUID(p, at, board, seen[uid])
				seen[uid] = append(seen[uid], board)
			}
		}
	},
}

// sameUID reports a dashboard whose uid others have. The same one may be in a file and in a ConfigMap.
func sameUID(p *Pass, at Place, board *read.Dashboard, others []*read.Dashboard) {
	others = slices.DeleteFunc(slices.Clone(others), func(o *read.Dashboard) bool { return o.Title.Value == board.Title.Value })
	if len(others) == 0 {
		return
	}
	report, other := p.Warn, others[0]
	if i := slices.IndexFunc(others, func(o *read.Dashboard) bool { return path.Dir(o.File) == path.Dir(board.File) }); i >= 0 {
		report, other = p.Report, others[i]
	}
	report(at.Noting("the other is at %s", other.UID.At()), "give it a uid of its own", "the dashboard %q has the same uid", other.Title.Value)
}
