package lint

import (
	"slices"
	"strconv"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelTransformation = &Check{
	Code: "panel/transformation", Severity: diag.Error, Warns: true,
	Summary: "a transformation names a field that there is not",
	Why: "Transformations find fields by name: columns of a table are the labels of the query's result, series are called by their legends. " +
		"One that names another field does nothing, so that a column keeps its raw name or the sum stays empty.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			names := panel.fields()
			for _, t := range panel.Transformations {
				if !t.Disabled {
					checkTransformation(p, panel, names, t)
					checkJoin(p, panel, t)
				}
				if names, _ = names.after(t); !names.complete {
					break
				}
			}
		}
	},
}

// checkTransformation leaves alone what a transformation hides: a column that is not there stays hidden.
func checkTransformation(p *Pass, panel Panel, names fields, t read.Transformation) {
	_, used := names.after(t)
	for _, name := range used {
		if !names.has(name.Value) {
			report := p.Report
			if isLeftover(t, name.Value) {
				report = p.Warn
			}
			report(panel.At(name.At()), names.help(), "%s names the field %q, which there is not", t.ID.Value, name.Value)
		}
	}
	checkPlaces(p, panel, names, t)
}

// checkPlaces reports a misspelt column in the order of columns: the one that is meant has no place then. Names that are merely gone are
// left over and change nothing.
func checkPlaces(p *Pass, panel Panel, names fields, t read.Transformation) {
	placed := map[string]bool{}
	for name := range t.Options.Field("indexByName").Fields() {
		placed[name.Value] = true
	}
	for name := range t.Options.Field("indexByName").Fields() {
		if names.has(name.Value) {
			continue
		}
		for _, known := range names.possible() {
			if !placed[known] && diag.IsSlip(known, name.Value) {
				p.Warn(panel.At(name.At()), "write "+strconv.Quote(known), "%s gives a place to the field %q, which there is not, and none to %q",
					t.ID.Value, name.Value, known)
				break
			}
		}
	}
}

// isLeftover reports a name without which nothing changes: Grafana keeps new names of columns that are gone, and empty entries.
func isLeftover(t read.Transformation, name string) bool {
	switch t.ID.Value {
	case "organize":
		return true
	case "groupBy":
		return t.Options.Field("fields", name, "operation").Text().Value == ""
	}
	return false
}

// checkJoin reports a table that shares no column with those that it is joined with: its values stand in rows of their own.
func checkJoin(p *Pass, panel Panel, t read.Transformation) {
	queries := panel.Typed()
	if len(queries) < 2 || !panel.AllTyped() || !slices.Contains([]string{"merge", "joinByField", "seriesToColumns"}, t.ID.Value) {
		return
	}
	all := make([][]string, len(queries))
	for i, q := range queries {
		names, complete := fieldsOf(q)
		if !q.isTable() || !complete {
			return
		}
		all[i] = names[1:] // without the values' own
	}
	for i, q := range queries {
		others := slices.Concat(slices.Concat(all[:i]...), slices.Concat(all[i+1:]...))
		isOther := func(name string) bool { return slices.Contains(others, name) }
		if len(others) > 0 && !slices.ContainsFunc(all[i], isOther) {
			p.Warn(q.At(q.Target.Expr.At()), "keep a label that the others have: "+choices(slices.Compact(slices.Sorted(slices.Values(others)))),
				"%s finds no column of the query %s in the others", t.ID.Value, q.RefID.Value)
			return
		}
	}
}

// after is what the names are behind a transformation, and the fields that it names. Names are never taken away, because a
// transformation may be for some of the results only.
func (f fields) after(t read.Transformation) (next fields, used []read.Text) {
	next = fields{names: slices.Clone(f.names), complete: f.complete}
	if t.Disabled {
		return next, nil
	}
	options := t.Options
	switch t.ID.Value {
	case "organize":
		for from, to := range options.Field("renameByName").Fields() {
			if name := to.Text().Value; name != "" && name != from.Value {
				used = append(used, from)
				next.names = append(next.names, name)
			}
		}
	case "sortBy":
		used = texts(options.Field("sort"), "field")
	case "filterFieldsByName":
		for _, side := range []string{"include", "exclude"} {
			used = append(used, texts(options.Field(side, "names"))...)
		}
	case "filterByValue":
		used = texts(options.Field("filters"), "fieldName")
	case "convertFieldType":
		used = texts(options.Field("conversions"), "targetField")
	case "joinByField", "seriesToColumns":
		used = append(used, options.Field("byField").Text())
	case "groupBy":
		for name, how := range options.Field("fields").Fields() {
			used = append(used, name)
			for _, aggregation := range how.Field("aggregations").Items() {
				next.names = append(next.names, name.Value+" ("+aggregation.Text().Value+")")
			}
		}
	case "calculateField":
		used = calculated(options)
		alias := options.Field("alias").Text().Value
		next.names, next.complete = append(next.names, alias), next.complete && alias != ""
	case "merge", "limit", "filterByRefId", "seriesToRows":
	default:
		next.complete = false
	}
	return next, used
}

// calculated are the fields that a calculation names. What it adds up may also be a number.
func calculated(options read.Value) []read.Text {
	var used []read.Text
	for _, place := range [][]string{{"unary", "fieldName"}, {"window", "field"}, {"cumulative", "field"}} {
		used = append(used, options.Field(place...).Text())
	}
	used = append(used, texts(options.Field("reduce", "include"))...)
	for _, side := range []string{"left", "right"} {
		operand := options.Field("binary", side)
		if inner := operand.Field("matcher"); inner.Field("id").Text().Value == "byName" {
			operand = inner.Field("options")
		}
		if _, err := strconv.ParseFloat(operand.Text().Value, 64); err != nil {
			used = append(used, operand.Text())
		}
	}
	return used
}

// texts are the elements of a list, or a field of each of them.
func texts(items read.Value, names ...string) []read.Text {
	var all []read.Text
	for _, item := range items.Items() {
		all = append(all, item.Field(names...).Text())
	}
	return all
}
