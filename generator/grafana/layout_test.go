package grafana_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
)

// bound spells a number that may be missing.
func bound(value *float64) string {
	if value == nil {
		return "-"
	}
	return strconv.FormatFloat(*value, 'g', -1, 64)
}

// flat prints a value as JSON on one line.
func flat(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// places spells where each panel stands: "x,y wxh title", one a line; panels of a collapsed row are indented.
func places(b *dashboard.Dashboard) string {
	var text strings.Builder
	at := func(indent string, pos *dashboard.GridPos, title string) {
		fmt.Fprintf(&text, "%s%d,%d %dx%d %s\n", indent, pos.X, pos.Y, pos.W, pos.H, title)
	}
	for _, p := range b.Panels {
		if p.RowPanel == nil {
			at("", p.Panel.GridPos, *p.Panel.Title)
			continue
		}
		at("", p.RowPanel.GridPos, *p.RowPanel.Title)
		for _, inside := range p.RowPanel.Panels {
			at("  ", inside.GridPos, *inside.Title)
		}
	}
	return text.String()
}

func TestPanelsFlowIntoTwentyFourColumns(t *testing.T) {
	tall := panel(ir.Stat, "C", 12, series("A", "s", "up"))
	tall.Height = 10
	p := program()
	p.SLOs = nil
	p.Dashboards[0].Rows = []ir.Row{
		{Panels: []*ir.Panel{panel(ir.Stat, "A", 12, series("A", "s", "up")), panel(ir.Stat, "B", 10, series("A", "s", "up")), tall, panel(ir.Stat, "D", 12, series("A", "s", "up"))}},
		{Title: "Folded", Collapsed: true, Panels: []*ir.Panel{panel(ir.Stat, "E", 24, series("A", "s", "up")), panel(ir.Stat, "F", 6, series("A", "s", "up"))}},
		{Title: "Open", Panels: []*ir.Panel{panel(ir.Stat, "G", 6, series("A", "s", "up"))}},
		{Panels: []*ir.Panel{panel(ir.Stat, "H", 6, series("A", "s", "up"))}},
	}
	want := `0,0 12x8 A
12,0 10x8 B
0,8 12x10 C
12,8 12x8 D
0,18 24x1 Folded
  0,19 24x8 E
  0,27 6x8 F
0,19 24x1 Open
0,20 6x8 G
0,28 6x8 H
`
	if diff := cmp.Diff(want, places(board(t, p, "operations"))); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestEveryPanelSaysWhatItShowsAndWhatDoesNotFilterIt(t *testing.T) {
	p := panel(ir.Timeseries, "P", 12, series("A", "s", "up"))
	p.Description, p.Unfiltered = "", []string{"team"}
	want := "P\n\nNot filtered by team, because not everything that it is computed from has that label."
	if diff := cmp.Diff(want, *alone(t, p).Description); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}
