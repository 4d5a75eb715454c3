package mutation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/read"
)

// panelOperators are mistakes in dashboards around their queries.
var panelOperators = []operator{
	{"unit exchanged", []string{"panel/unit"}, panels(func(p panel) []mutant {
		var all []mutant
		for _, u := range p.units() {
			for _, other := range units[u.Value] {
				all = append(all, p.mutant(p.file.replace(u.Text, other), u.of+u.Value+" -> "+other))
			}
		}
		return all
	})},
	{"colours inverted", []string{"panel/colours", "panel/threshold-alert"}, panels(func(p panel) []mutant {
		var all []mutant
		for _, steps := range p.steps() {
			if len(steps) < 2 {
				continue
			}
			first, last := steps[0].color, steps[len(steps)-1].color
			e := edit{p.file.span(first, 0, len(first.Value)), last.Value}
			e.text += p.file.text[e.end:p.file.span(last, 0, 1).start] + first.Value
			e.end = p.file.span(last, 0, len(last.Value)).end
			all = append(all, p.mutant(e, "colours of the first and the last step exchanged"))
		}
		return all
	})},
	{"threshold's step changed", []string{"panel/threshold-alert", "panel/threshold-unreachable"}, steps(func(p panel, steps []step, i int) []mutant {
		return []mutant{p.replace(steps[i].value, number(steps[i].value)*1.1+0.01)}
	})},
	{"thresholds' order exchanged", []string{"panel/threshold-alert", "panel/threshold-order"}, steps(func(p panel, steps []step, i int) []mutant {
		if i < 2 {
			return nil
		}
		return []mutant{p.replace(steps[i].value, number(steps[i-1].value)-0.001)}
	})},
	{"legend's label misspelt", []string{"panel/legend-label"}, targets(func(p panel, t read.Target) []mutant {
		at := regexp.MustCompile(`\{\{(\w+)\}\}`).FindStringSubmatchIndex(t.LegendFormat.Value)
		if at == nil || t.Format.Value == "table" { // tables have no legend
			return nil
		}
		name := t.LegendFormat.Value[at[2]:at[3]]
		return []mutant{p.mutant(p.file.splice(t.LegendFormat, at[2], at[3], misspelt(name)), name+" -> "+misspelt(name))}
	})},
	{"override's field renamed", []string{"panel/override"}, panels(func(p panel) []mutant {
		var all []mutant
		for _, o := range p.Overrides {
			all = append(all, p.replace(o.Options.Text(), o.Options.Text().Value+"s"))
		}
		return all
	})},
	{"transformation's field renamed", []string{"panel/transformation"}, panels(func(p panel) []mutant {
		var all []mutant
		for _, t := range p.Transformations {
			for _, list := range []string{"indexByName", "renameByName"} {
				for name := range t.Options.Field(list).Fields() {
					all = append(all, p.mutant(p.file.replace(name, name.Value+"s"), list+": "+name.Value+" -> "+name.Value+"s"))
				}
			}
		}
		return all
	})},
	{"rates summed over time", []string{"panel/calculation"}, panels(func(p panel) []mutant {
		calcs := slices.Clone(p.Calculations)
		for _, c := range p.Options.Field("legend", "calcs").Items() {
			calcs = append(calcs, c.Text())
		}
		if len(calcs) == 0 || !p.reads("rate(") && !p.reads("histogram_quantile") {
			return nil
		}
		return []mutant{p.replace(calcs[0], "sum")}
	})},
	{"reference doubled", []string{"panel/query-names"}, panels(func(p panel) []mutant {
		if len(p.Targets) < 2 {
			return nil
		}
		return []mutant{p.replace(p.Targets[1].RefID, p.Targets[0].RefID.Value)}
	})},
	{"panel's id doubled", []string{"panel/id"}, panels(func(p panel) []mutant {
		other := &p.board.Panels[0]
		if p.Panel == other {
			other = &p.board.Panels[1]
		}
		m := p.replace(p.ID, other.ID.Value)
		m.names = []string{other.Title.Value}
		return []mutant{m}
	})},
	{"panel beyond the columns", []string{"panel/grid"}, panels(func(p panel) []mutant {
		at := p.owner.start + strings.Index(p.file.text[p.owner.start:], `"x": `) + len(`"x": `)
		end := at + strings.IndexAny(p.file.text[at:], ",\n")
		x := strconv.Itoa(25 - p.Grid.Width)
		return []mutant{p.mutant(edit{region{at, end}, x}, "x -> "+x)}
	})},
}

// boardOperators are mistakes in dashboards outside the panels.
var boardOperators = []operator{
	{"dashboard's uid too long", []string{"dashboard/uid"}, boards(func(f *file, b *read.Dashboard) []mutant {
		return []mutant{f.mutant(f.replace(b.UID, strings.Repeat(b.UID.Value, 4)), "uid four times")}
	})},
	{"data source's variable renamed", []string{"variable/undeclared"}, variables("datasource", func(f *file, v read.Variable) []mutant {
		return []mutant{f.mutant(f.replace(v.Name, "source"), "datasource -> source")}
	})},
	{"variable renamed", []string{"variable/undeclared"}, variables("query", func(f *file, v read.Variable) []mutant {
		return []mutant{f.mutant(f.replace(v.Name, misspelt(v.Name.Value)), v.Name.Value+" -> "+misspelt(v.Name.Value), v.Name.Value)}
	})},
	{"variable's label misspelt", []string{"variable/query"}, variables("query", func(f *file, v read.Variable) []mutant {
		at := strings.LastIndex(v.Query.Value, ", ") + 2
		end := len(v.Query.Value) - 1
		label := v.Query.Value[at:end]
		return []mutant{f.mutant(f.splice(v.Query, at, end, misspelt(label)), v.Name.Value+": "+label+" -> "+misspelt(label))}
	})},
	{"variable's metric misspelt", []string{"variable/query", "promql/unknown-metric"}, variables("query", func(f *file, v read.Variable) []mutant {
		at, end := len("label_values("), strings.IndexByte(v.Query.Value, '{')
		metric := v.Query.Value[at:end]
		if metric == "up" {
			return nil // two letters: any other name may be a metric
		}
		return []mutant{f.mutant(f.splice(v.Query, at, end, misspelt(metric)), v.Name.Value+": "+metric+" -> "+misspelt(metric))}
	})},
	{"variable in a query misspelt", []string{"variable/undeclared"}, targets(func(p panel, t read.Target) []mutant {
		at := regexp.MustCompile(`\$(\w+)`).FindStringSubmatchIndex(t.Expr.Value)
		if at == nil {
			return nil
		}
		name := t.Expr.Value[at[2]:at[3]]
		return []mutant{p.mutant(p.file.splice(t.Expr, at[2], at[3], misspelt(name)), "$"+name+" -> $"+misspelt(name))}
	})},
}

// units are what each unit is taken for.
var units = map[string][]string{
	"percentunit": {"percent", "ms"}, "percent": {"percentunit", "bytes"}, "ms": {"s", "percentunit"}, "s": {"ms", "percent"},
	"currencyUSD": {"percent", "s"}, "cpm": {"cps", "percent"}, "short": {"percentunit", "s"},
}

func number(t read.Text) float64 {
	v, err := strconv.ParseFloat(t.Value, 64)
	if err != nil {
		panic(err) // steps but the first are numbers
	}
	return v
}

// step is one step of thresholds, of the panel or of an override.
type step struct{ value, color read.Text }

func (p panel) steps() [][]step {
	own := make([]step, len(p.Field.Thresholds))
	for i, t := range p.Field.Thresholds {
		own[i] = step{t.Value, t.Color}
	}
	all := [][]step{own}
	for _, o := range p.Overrides {
		for _, property := range o.Properties {
			var steps []step
			for _, s := range property.Value.Field("steps").Items() {
				steps = append(steps, step{s.Field("value").Text(), s.Field("color").Text()})
			}
			all = append(all, steps)
		}
	}
	return all
}

// unitText is a unit of the panel, or of the fields that an override is about.
type unitText struct {
	read.Text
	of string
}

func (p panel) units() []unitText {
	all := []unitText{{p.Field.Unit, ""}}
	for _, o := range p.Overrides {
		for _, property := range o.Properties {
			if property.ID.Value == "unit" {
				all = append(all, unitText{property.Value.Text(), o.Options.Text().Value + ": "})
			}
		}
	}
	return all
}

func (p panel) reads(word string) bool {
	return slices.ContainsFunc(p.Targets, func(t read.Target) bool { return strings.Contains(t.Expr.Value, word) })
}

func panels(each func(panel) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, p := range c.panels() {
			all = append(all, each(p)...)
		}
		return all
	}
}

func targets(each func(panel, read.Target) []mutant) func(*corpus) []mutant {
	return panels(func(p panel) []mutant {
		var all []mutant
		for _, t := range p.Targets {
			all = append(all, each(p, t)...)
		}
		return all
	})
}

func steps(each func(panel, []step, int) []mutant) func(*corpus) []mutant {
	return panels(func(p panel) []mutant {
		var all []mutant
		for _, steps := range p.steps() {
			for i := 1; i < len(steps); i++ {
				all = append(all, each(p, steps, i)...)
			}
		}
		return all
	})
}

func boards(each func(*file, *read.Dashboard) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, f := range c.boards() {
			all = append(all, each(f, &f.set.Dashboards[0])...)
		}
		return all
	}
}

func variables(kind string, each func(*file, read.Variable) []mutant) func(*corpus) []mutant {
	return boards(func(f *file, b *read.Dashboard) []mutant {
		var all []mutant
		for _, v := range b.Variables {
			if v.Type == kind {
				all = append(all, each(f, v)...)
			}
		}
		return all
	})
}

// replace replaces a value of the panel: a text by a text, a number by a number.
func (p panel) replace(value read.Text, by any) mutant {
	text, ok := by.(string)
	if !ok {
		text = strconv.FormatFloat(by.(float64), 'g', -1, 64)
	}
	return p.mutant(p.file.replace(value, text), value.Value+" -> "+text)
}

// mutant makes one whose finding may stand anywhere in the file.
func (f *file) mutant(change edit, site string, names ...string) mutant {
	return mutant{file: f, edit: change, site: site, owner: region{0, len(f.text)}, names: names}
}
