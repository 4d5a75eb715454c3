package grafana

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/table"
	"github.com/belfry-dev/belfry/internal/grafana/transform"
	"github.com/belfry-dev/belfry/internal/ir"
)

// hiddenColumns never say anything in a table: the time of an instant query, and labels that all rows of one service share.
var hiddenColumns = []string{"Time", "__name__", "namespace", "service", "team"}

func tableOptions(p *ir.Panel) *table.Options {
	options := &table.Options{ShowHeader: true, CellHeight: new("sm")}
	if p.SortBy != "" {
		options.SortBy = []common.TableSortByFieldState{{DisplayName: p.SortBy, Desc: new(false)}}
	}
	return options
}

// tableTransformations make one table of the panel's queries: rows that agree in their labels become one, and columns are
// ordered, labels first and those that only lead elsewhere last, and named.
func tableTransformations(p *ir.Panel) []dashboard.DataTransformerConfig {
	organize := &transform.Organize{
		ExcludeByName: map[string]bool{}, IndexByName: map[string]int{}, RenameByName: map[string]string{},
	}
	labels := tableLabels(p)
	for _, column := range hiddenColumns {
		if !slices.Contains(labels, column) {
			organize.ExcludeByName[column] = true
		}
	}
	for i, label := range labels {
		organize.IndexByName[label] = i
		if _, leads := p.ColumnLinks[label]; leads {
			organize.IndexByName[label] = len(labels) + len(p.Series) + i
		}
		organize.RenameByName[label] = words(label)
	}
	for i, name := range columns(p) {
		for _, value := range valueColumns(p, i) {
			organize.IndexByName[value] = len(labels) + i
			organize.RenameByName[value] = name
		}
	}
	var list []dashboard.DataTransformerConfig
	if len(p.Series) > 1 {
		list = append(list, dashboard.DataTransformerConfig{Id: transform.MergeID, Options: transform.Merge{}})
	}
	return append(list, dashboard.DataTransformerConfig{Id: transform.OrganizeID, Options: organize})
}

// tableLabels are the labels of all series, sorted.
func tableLabels(p *ir.Panel) []string {
	var labels []string
	for _, series := range p.Series {
		labels = append(labels, series.By...)
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// valueColumns are the names that Grafana gives to the values of the i-th query: with its letter where there are several.
func valueColumns(p *ir.Panel, i int) []string {
	numbered := "Value #" + refID(i)
	if len(p.Series) == 1 {
		return []string{"Value", numbered}
	}
	return []string{numbered}
}

// columns are the headings of the values. Equal ones take their query's letter, because overrides go by heading.
func columns(p *ir.Panel) []string {
	names := make([]string, 0, len(p.Series))
	for i := range p.Series {
		name := seriesTitle(p, i)
		if slices.Contains(names, name) {
			name += " (" + refID(i) + ")"
		}
		names = append(names, name)
	}
	return names
}

// columnOverrides give each column of values its unit and, where it has bounds, its colours. The cell's display mode is the
// setting of Grafana 8; newer versions turn it into their own when they open a dashboard of this schema version.
func columnOverrides(p *ir.Panel) []dashboard.DashboardFieldConfigSourceOverrides {
	overrides := make([]dashboard.DashboardFieldConfigSourceOverrides, 0, len(p.Series))
	for i, name := range columns(p) {
		series := p.Series[i]
		properties := []dashboard.DynamicConfigValue{{Id: "unit", Value: series.Query.Unit.Grafana().ID}}
		if digits := decimals(p.Kind, series); digits != nil {
			properties = append(properties, dashboard.DynamicConfigValue{Id: "decimals", Value: *digits})
		}
		if len(series.Thresholds) > 0 {
			properties = append(properties,
				dashboard.DynamicConfigValue{Id: "thresholds", Value: thresholds(series.Thresholds)},
				dashboard.DynamicConfigValue{Id: "custom.displayMode", Value: common.TableCellDisplayModeColorBackground})
		}
		overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher: dashboard.MatcherConfig{Id: "byName", Options: name}, Properties: properties,
		})
	}
	return append(overrides, columnLinks(p)...)
}

// columnLinks lead from the cells of columns of labels to addresses that the cell's text completes.
func columnLinks(p *ir.Panel) []dashboard.DashboardFieldConfigSourceOverrides {
	var overrides []dashboard.DashboardFieldConfigSourceOverrides
	for _, label := range tableLabels(p) {
		address, ok := p.ColumnLinks[label]
		if !ok {
			continue
		}
		link := dashboard.DataLink{Title: "Open", Url: strings.ReplaceAll(address, "{value}", "${__value.raw}")}
		overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher:    dashboard.MatcherConfig{Id: "byName", Options: words(label)},
			Properties: []dashboard.DynamicConfigValue{{Id: "links", Value: []dashboard.DataLink{link}}},
		})
	}
	return overrides
}
