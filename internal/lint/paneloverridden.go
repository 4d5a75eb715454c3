package lint

import "github.com/belfry-dev/belfry/internal/read"

// coloured are the panels with thresholds of their own, and for each override that sets thresholds for one query a panel with
// that query and those thresholds.
func (f *Files) coloured() []Panel {
	var all []Panel
	for _, panel := range f.panels() {
		all = append(all, panel)
		for _, override := range panel.Overrides {
			if own, ok := panel.overridden(override); ok {
				all = append(all, own)
			}
		}
	}
	return all
}

// overridden is the panel as an override of one query's fields leaves it; false where that sets no thresholds.
func (p Panel) overridden(override read.Override) (Panel, bool) {
	var queries []*Query
	for _, q := range p.Queries {
		if selects(override, q) == selectsAll {
			queries = append(queries, q)
		}
	}
	if len(queries) != 1 {
		return Panel{}, false
	}
	changed := *p.Panel
	changed.Overrides, changed.Field.Thresholds, changed.Field.ThresholdsStyle = nil, nil, read.Text{Value: "line"}
	for _, property := range override.Properties {
		switch property.ID.Value {
		case "thresholds":
			changed.Field.ThresholdsMode = property.Value.Field("mode").Text()
			for _, step := range property.Value.Field("steps").Items() {
				changed.Field.Thresholds = append(changed.Field.Thresholds,
					read.Threshold{Value: step.Field("value").Text(), Color: step.Field("color").Text(), Pos: step.Pos()})
			}
		case "custom.thresholdsStyle":
			changed.Field.ThresholdsStyle = property.Value.Field("mode").Text()
		}
	}
	return Panel{Panel: &changed, Dashboard: p.Dashboard, Queries: queries}, len(changed.Field.Thresholds) > 0
}
