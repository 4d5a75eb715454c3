package lint

import (
	"regexp"
	"slices"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// fields are the names under which a panel's overrides and transformations find what its queries give.
type fields struct {
	names []string
	// complete says that there are no others but those that Grafana makes for any query.
	complete bool
}

// suffixed are the names that Grafana gives to fields that share one: Time 1, Time 2.
var suffixed = regexp.MustCompile(`^(.+) \d+$`)

// always are the names of the fields of every frame (packages/grafana-data, TIME_SERIES_VALUE_FIELD_NAME).
var always = []string{"Time", valueField, "__name__", "Metric"}

// maxNames is how many names a legend may stand for before they are not worth listing.
const maxNames = 100

// fields are those of the queries, before any transformation.
func (p Panel) fields() fields {
	all := fields{complete: len(p.Targets) > 0 && p.Field.DisplayName.Value == ""}
	promQL := 0
	for _, q := range p.Queries {
		if q.Hide {
			continue
		}
		promQL++
		names, ok := fieldsOf(q)
		all.names = append(all.names, names...)
		all.complete = all.complete && ok
	}
	for _, t := range p.Targets {
		if !t.Hide {
			promQL--
		}
	}
	all.complete = all.complete && promQL == 0 && len(all.names) > 0
	return all
}

// fieldsOf are the names of a query's fields: the legends of series, or the columns of a table. The second result is false where
// there may be others.
func fieldsOf(q *Query) ([]string, bool) {
	switch {
	case q.isHeatmap():
		return nil, false
	case !q.isTable():
		return legends(q)
	case q.Analysis == nil:
		return nil, false
	}
	names := []string{valueField + " #" + q.RefID.Value}
	for _, set := range q.Analysis.Root.Branches {
		names = append(names, set.Names()...)
		if !set.Closed() {
			return names, false
		}
	}
	return names, len(q.Analysis.Root.Branches) > 0
}

// legends are what a legend can read, where its labels can have few values.
func legends(q *Query) ([]string, bool) {
	if name, fixed := fixedLegend(q); fixed {
		return []string{name}, true
	}
	pattern := q.LegendFormat.Value
	if q.Analysis == nil || pattern == "" || pattern == "__auto" || len(read.VariablesIn(pattern)) > 0 {
		return nil, false
	}
	names := []string{""}
	at := 0
	for _, m := range legendLabel.FindAllStringSubmatchIndex(pattern, -1) {
		label := q.Analysis.Root.Label(pattern[m[2]:m[3]])
		values := label.Values
		switch {
		case label.Presence == promql.Never:
			values = []string{label.Name}
		case label.Presence == promql.May || values == nil || len(values)*len(names) > maxNames:
			return nil, false
		}
		names = combined(names, pattern[at:m[0]], values)
		at = m[1]
	}
	return combined(names, pattern[at:], []string{""}), true
}

// combined appends a text and each of several values to each beginning.
func combined(beginnings []string, text string, values []string) []string {
	var all []string
	for _, beginning := range beginnings {
		for _, value := range values {
			all = append(all, beginning+text+value)
		}
	}
	return all
}

// has reports whether a field may have the name.
func (f fields) has(name string) bool {
	if !f.complete || name == "" || slices.Contains(f.names, name) || slices.Contains(always, name) || len(read.VariablesIn(name)) > 0 {
		return true
	}
	m := suffixed.FindStringSubmatch(name)
	return m != nil && f.has(m[1])
}

// possible are all names, also those that Grafana gives to one of several fields of the same name.
func (f fields) possible() []string {
	all := slices.Clone(always)
	for _, name := range f.names {
		all = append(all, name, name+" 1")
	}
	return all
}

// help lists the names that there are.
func (f fields) help() string {
	names := slices.Compact(slices.Sorted(slices.Values(f.names)))
	return "the fields are " + choices(names)
}
