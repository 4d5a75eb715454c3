package grafana

import (
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
)

// gridColumns is how many columns a dashboard has.
const gridColumns = 24

// rows lays the panels out from the top: a titled row begins with its heading, one without a title follows on. A collapsed
// row holds its panels itself and takes one line, and Grafana moves what is below when it is opened.
func (b *builder) rows(rows []ir.Row) []dashboard.PanelOrRowPanel {
	var panels []dashboard.PanelOrRowPanel
	y := uint32(0)
	for _, row := range rows {
		var heading *dashboard.RowPanel
		if row.Title != "" {
			heading = b.heading(row, y)
			panels = append(panels, dashboard.PanelOrRowPanel{RowPanel: heading})
			y++
		}
		placed, height := b.place(row.Panels, y)
		if heading != nil && row.Collapsed {
			heading.Panels = placed
			continue
		}
		for i := range placed {
			panels = append(panels, dashboard.PanelOrRowPanel{Panel: &placed[i]})
		}
		y += height
	}
	return panels
}

func (b *builder) heading(row ir.Row, y uint32) *dashboard.RowPanel {
	return &dashboard.RowPanel{
		Type:      "row",
		Collapsed: row.Collapsed,
		Title:     new(row.Title),
		GridPos:   &dashboard.GridPos{H: 1, W: gridColumns, Y: y},
		Id:        b.nextID(),
		Panels:    []dashboard.Panel{},
	}
}

// place puts panels side by side, and begins a new line where one does not fit. It returns the height of all lines.
func (b *builder) place(panels []*ir.Panel, y uint32) ([]dashboard.Panel, uint32) {
	placed := make([]dashboard.Panel, 0, len(panels))
	x, line, top := uint32(0), uint32(0), y
	for _, panel := range panels {
		width, height := uint32(min(max(panel.Width, 1), gridColumns)), uint32(max(panel.Height, 1))
		if x+width > gridColumns {
			x, top, line = 0, top+line, 0
		}
		made := b.makePanel(panel)
		made.Id = new(b.nextID())
		made.GridPos = &dashboard.GridPos{H: height, W: width, X: x, Y: top}
		placed = append(placed, made)
		x += width
		line = max(line, height)
	}
	return placed, top + line - y
}

// nextID numbers the panels of a dashboard from 1.
func (b *builder) nextID() uint32 {
	b.panel++
	return b.panel
}
