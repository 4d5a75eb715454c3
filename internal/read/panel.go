package read

import (
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Panel is one panel of a dashboard. Fields of the old panels graph, singlestat and table-old are read into those that
// took their place.
type Panel struct {
	ID, Type           Text
	Title, Description Text
	Row                *Row // that it stands in; nil of one in no row
	Repeat             Text // a variable
	Interval           Text // the least step of its queries
	LibraryPanel       Text // the name of the library panel that this refers to
	Datasource         Datasource
	Targets            []Target
	Field              Field
	Overrides          []Override
	Transformations    []Transformation
	Stacking           Text   // normal or percent, of all series; of old graphs true
	Calculations       []Text // what reduces a series to one value, such as lastNotNull
	LegendMode         Text
	LegendCalculations []Text // what the legend says of each series
	// SecondAxis says that some series of an old graph use the right axis, whose unit is another.
	SecondAxis bool
	Grid       Grid
	GridPos    diag.Pos // zero where it is not written
	Options    Value
	Pos        diag.Pos
}

// Grid is the place of a panel in Grafana's 24 columns; zero where it is not written.
type Grid struct{ X, Y, Width, Height int }

// Target is one query of a panel.
type Target struct {
	RefID        Text
	Expr         Text
	LegendFormat Text
	Interval     Text // the least step
	Format       Text // time_series, table or heatmap
	Instant      bool
	Range        bool
	Hide         bool
	Datasource   Datasource
	Pos          diag.Pos
}

// Field is how values are shown: fieldConfig.defaults.
type Field struct {
	Unit, Decimals, Min, Max, NoValue Text
	DisplayName                       Text
	ColorMode                         Text
	ThresholdsMode                    Text // absolute or percentage
	ThresholdsStyle                   Text // how a time series shows them, such as line; off hides them
	Thresholds                        []Threshold
	Mappings                          Value
	Pos                               diag.Pos
}

// Threshold is one step of thresholds.
type Threshold struct {
	Value Text // zero for the first step, which holds from minus infinity
	Color Text
	Op    Text // of old graphs: gt or lt
	Pos   diag.Pos
}

// Number is the threshold as a number; false for the first step and for what is no number.
func (t Threshold) Number() (float64, bool) {
	value, err := strconv.ParseFloat(strings.TrimSpace(t.Value.Value), 64)
	return value, err == nil
}

// Override changes fields that a matcher selects.
type Override struct {
	Matcher    Text  // byName, byRegexp, byFrameRefID, byType
	Options    Value // what the matcher compares with
	Properties []Property
	Pos        diag.Pos
}

// Property is what an override sets, such as unit.
type Property struct {
	ID    Text
	Value Value
	Pos   diag.Pos
}

// Transformation changes results before they are shown.
type Transformation struct {
	ID       Text
	Disabled bool
	Options  Value
	Pos      diag.Pos
}

func (b *boardReader) panel(n *node, row *Row) {
	if !n.is(kindMap) {
		return
	}
	defaults, options := n.get("fieldConfig", "defaults"), n.get("options")
	read := Panel{
		ID: n.get("id").scalar(), Type: n.get("type").scalar(), Title: n.get("title").scalar(),
		Description: n.get("description").scalar(), Row: row, Repeat: n.get("repeat").scalar(),
		LibraryPanel: n.get("libraryPanel", "name").scalar(), Datasource: b.datasource(n.get("datasource"), Datasource{}),
		Field: readField(defaults), Stacking: defaults.get("custom", "stacking", "mode").scalar(),
		Calculations: options.get("reduceOptions", "calcs").texts(), LegendMode: options.get("legend", "displayMode").scalar(),
		LegendCalculations: options.get("legend", "calcs").texts(), Interval: n.get("interval").scalar(),
		Grid: readGrid(n.get("gridPos")), GridPos: n.get("gridPos").pos(), Options: Value{options}, Pos: n.pos(),
	}
	for _, t := range n.get("targets").list() {
		if t.is(kindMap) {
			read.Targets = append(read.Targets, b.target(t, read.Datasource))
		}
	}
	nameQueries(read.Targets)
	for _, o := range n.get("fieldConfig", "overrides").list() {
		read.Overrides = append(read.Overrides, readOverride(o))
	}
	for _, t := range n.get("transformations").list() {
		read.Transformations = append(read.Transformations, Transformation{ID: t.get("id").scalar(),
			Disabled: t.get("disabled").isTrue(), Options: Value{t.get("options")}, Pos: t.pos()})
	}
	readOldPanel(n, &read)
	b.board.Panels = append(b.board.Panels, read)
}

// target reads a query. Its own data source counts only where the panel's is mixed or missing, but files agree in any case.
func (b *boardReader) target(n *node, panel Datasource) Target {
	return Target{
		RefID: n.get("refId").scalar(), Expr: n.get("expr").scalar(), LegendFormat: n.get("legendFormat").scalar(),
		Interval: n.get("interval").scalar(), Format: n.get("format").scalar(), Instant: n.get("instant").isTrue(),
		Range: n.get("range").isTrue(), Hide: n.get("hide").isTrue(), Datasource: b.datasource(n.get("datasource"), panel), Pos: n.pos(),
	}
}

// nameQueries gives queries without a name the first free letter, as Grafana does (public/app/features/dashboard, PanelModel).
func nameQueries(targets []Target) {
	taken := map[string]bool{}
	for _, t := range targets {
		taken[t.RefID.Value] = true
	}
	for i := range targets {
		for letter := 'A'; targets[i].RefID.Value == "" && letter <= 'Z'; letter++ {
			if name := string(letter); !taken[name] {
				taken[name] = true
				targets[i].RefID = Text{Value: name}
			}
		}
	}
}

func readField(defaults *node) Field {
	read := Field{
		Unit: defaults.get("unit").scalar(), Decimals: defaults.get("decimals").scalar(), Min: defaults.get("min").scalar(),
		Max: defaults.get("max").scalar(), NoValue: defaults.get("noValue").scalar(), DisplayName: defaults.get("displayName").scalar(),
		ColorMode: defaults.get("color", "mode").scalar(), ThresholdsMode: defaults.get("thresholds", "mode").scalar(),
		ThresholdsStyle: defaults.get("custom", "thresholdsStyle", "mode").scalar(), Mappings: Value{defaults.get("mappings")},
		Pos: defaults.pos(),
	}
	for _, step := range defaults.get("thresholds", "steps").list() {
		read.Thresholds = append(read.Thresholds,
			Threshold{Value: step.get("value").scalar(), Color: step.get("color").scalar(), Pos: step.pos()})
	}
	return read
}

func readOverride(n *node) Override {
	read := Override{Matcher: n.get("matcher", "id").scalar(), Options: Value{n.get("matcher", "options")}, Pos: n.pos()}
	for _, p := range n.get("properties").list() {
		read.Properties = append(read.Properties, Property{ID: p.get("id").scalar(), Value: Value{p.get("value")}, Pos: p.pos()})
	}
	return read
}

func readGrid(n *node) Grid {
	number := func(name string) int {
		value, _ := strconv.ParseFloat(n.get(name).scalar().Value, 64)
		return int(value)
	}
	return Grid{X: number("x"), Y: number("y"), Width: number("w"), Height: number("h")}
}
