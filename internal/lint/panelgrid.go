package lint

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// gridColumns is how wide a dashboard is (public/app/core/constants.ts, GRID_COLUMN_COUNT).
const gridColumns = 24

var panelGrid = &Check{
	Code: "panel/grid", Severity: diag.Warning,
	Summary: "a panel lies outside the grid, or over another one",
	Why: "A dashboard has 24 columns. Grafana moves panels that do not fit or that overlap when it loads the dashboard, so that it looks other " +
		"than the file says, and asks to save changes that nobody made.",
	Run: func(p *Pass) {
		for _, panels := range rowsOf(p.panels()) {
			for i, panel := range panels {
				checkGrid(p, panel)
				checkOverlap(p, panels[:i], panel)
			}
		}
	},
}

// rowsOf divides panels into those that share a grid: a collapsed row has one of its own. Panels that are repeated are placed
// by Grafana.
func rowsOf(all []Panel) map[any][]Panel {
	shared := map[any][]Panel{}
	for _, panel := range all {
		isPlaced := panel.Grid.Width != 0 || panel.Grid.Height != 0
		if panel.GridPos == (diag.Pos{}) || !isPlaced || !panel.Repeat.IsZero() || panel.Row != nil && !panel.Row.Repeat.IsZero() {
			continue
		}
		var grid any = panel.Dashboard
		if panel.Row != nil && panel.Row.Collapsed {
			grid = panel.Row
		}
		shared[grid] = append(shared[grid], panel)
	}
	return shared
}

func checkGrid(p *Pass, panel Panel) {
	g := panel.Grid
	at := panel.At(panel.GridPos)
	switch {
	case g.X < 0 || g.Y < 0:
		p.Report(at, "count columns and lines from 0", "the panel is at column %d, line %d", g.X, g.Y)
	case g.Width <= 0 || g.Height <= 0:
		p.Report(at, "give it a width and a height", "the panel is %d wide and %d high", g.Width, g.Height)
	case g.X+g.Width > gridColumns:
		p.Report(at, "make x and w together at most 24", "the panel ends at column %d, and the grid at %d", g.X+g.Width, gridColumns)
	}
}

func checkOverlap(p *Pass, before []Panel, panel Panel) {
	for _, other := range before {
		if !overlaps(other.Grid, panel.Grid) {
			continue
		}
		name := other.Title.Value
		if name == "" {
			name = "another one"
		}
		p.Report(panel.At(panel.GridPos).Noting("%s is at %s", name, other.GridPos), "move one of them", "the panel lies over %s", name)
		return
	}
}

func overlaps(a, b read.Grid) bool {
	return a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height
}

var panelID = &Check{
	Code: "panel/id", Severity: diag.Warning,
	Summary: "two panels of a dashboard have the same id",
	Why: "Links to a panel name its id. Grafana gives all but one of them another id when it loads the dashboard, so that links and " +
		"annotations go to the wrong panel.",
	Run: func(p *Pass) {
		type key struct {
			board *read.Dashboard
			id    string
		}
		seen := map[key]string{}
		for _, panel := range p.panels() {
			k := key{panel.Dashboard, panel.ID.Value}
			title, twice := seen[k]
			switch {
			case panel.ID.IsZero() || panel.ID.Value == "0":
			case twice:
				p.Report(panel.At(panel.ID.At()), "give it an id of its own", "the panel has the same id as %q", title)
			default:
				seen[k] = panel.Title.Value
			}
		}
	},
}
