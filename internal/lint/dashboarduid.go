package lint

import (
	"regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// longestUID is the longest identifier that Grafana stores (pkg/util/shortid_generator.go).
const longestUID = 40

// validUID is what Grafana accepts in an identifier (pkg/util/shortid_generator.go, IsValidShortUID).
var validUID = regexp.MustCompile(`^[a-zA-Z0-9\-_]*$`)

var dashboardUID = &Check{
	Code: "dashboard/uid", Severity: diag.Error,
	Summary: "a dashboard's uid is not valid, or taken by another dashboard",
	Why: "Grafana stores at most 40 letters, digits, - and _, and refuses other identifiers. Of two dashboards with the same uid the second " +
		"replaces the first, or is refused.",
	Run: func(p *Pass) {
		seen := map[string]*read.Dashboard{}
		for i := range p.Set.Dashboards {
			board := &p.Set.Dashboards[i]
			at := Place{At: board.UID.At(), Owner: board.Pos, Name: board.Title.Value}
			uid := board.UID.Value
			first := seen[uid]
			switch {
			case uid == "":
			case len(uid) > longestUID:
				p.Report(at, "write at most 40 characters", "the uid has %d characters", len(uid))
			case !validUID.MatchString(uid):
				p.Report(at, "write letters, digits, - and _ only", "the uid %q has characters that Grafana refuses", uid)
			case first == nil:
				seen[uid] = board
			case first.Title.Value != board.Title.Value: // the same dashboard may be in a file and in a ConfigMap
				p.Report(at.Noting("the other is at %s", first.UID.At()), "give it a uid of its own",
					"the dashboard %q has the same uid", first.Title.Value)
			}
		}
	},
}
