package read

import "strings"

// readOldPanel fills what the panels graph and singlestat wrote elsewhere, where the new fields are not written.
func readOldPanel(n *node, read *Panel) {
	if read.Field.Unit.IsZero() {
		read.Field.Unit = n.get("format").scalar()
		if axes := n.get("yaxes").list(); len(axes) > 0 && read.Field.Unit.IsZero() {
			read.Field.Unit = axes[0].get("format").scalar()
		}
	}
	if read.Stacking.IsZero() && n.get("stack").isTrue() {
		read.Stacking = n.get("stack").scalar()
	}
	if len(read.Calculations) == 0 && !n.get("valueName").scalar().IsZero() {
		read.Calculations = []Text{n.get("valueName").scalar()}
	}
	readOldLegend(n, read)
	if len(read.Field.Thresholds) > 0 {
		return
	}
	readOldSteps(n, read)
	for _, step := range n.get("thresholds").list() {
		read.Field.Thresholds = append(read.Field.Thresholds, Threshold{Value: step.get("value").scalar(),
			Color: step.get("colorMode").scalar(), Op: step.get("op").scalar(), Pos: step.pos()})
	}
}

// oldCalculations are what the legend of a graph can say of each series, with the names of today.
var oldCalculations = []struct{ written, name string }{
	{"avg", "mean"}, {"current", "lastNotNull"}, {"max", "max"}, {"min", "min"}, {"total", "sum"},
}

// readOldLegend reads legend and axes of a graph.
func readOldLegend(n *node, read *Panel) {
	for _, series := range n.get("seriesOverrides").list() {
		read.SecondAxis = read.SecondAxis || series.get("yaxis").scalar().Value == "2"
	}
	legend := n.get("legend")
	if len(read.LegendCalculations) > 0 || !legend.get("values").isTrue() || !legend.get("show").isTrue() {
		return
	}
	for _, c := range oldCalculations {
		if written := legend.get(c.written); written.isTrue() {
			read.LegendCalculations = append(read.LegendCalculations, Text{Value: c.name, at: whole(written)})
		}
	}
}

// readOldSteps reads the thresholds of a singlestat, "80,90", and its colors, of which there is one more, where it shows them.
func readOldSteps(n *node, read *Panel) {
	written := n.get("thresholds").scalar()
	if written.Value == "" || !n.get("colorBackground").isTrue() && !n.get("colorValue").isTrue() && !n.get("gauge", "show").isTrue() {
		return
	}
	colors := n.get("colors").texts()
	at := 0
	for i, color := range colors {
		step := Threshold{Color: color, Pos: color.At()}
		if i > 0 {
			end := at + strings.IndexByte(written.Value[at:]+",", ',')
			step.Value = written.Part(at, end)
			at = min(end+1, len(written.Value))
		}
		read.Field.Thresholds = append(read.Field.Thresholds, step)
	}
}

// whole is the place of a scalar, for a text that says the same in other words.
func whole(n *node) *scalar {
	if n == nil || n.text.at == nil {
		return nil
	}
	return &scalar{source: n.text.at.source, start: n.text.at.start, form: formWhole}
}
