package grafana

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/grafana/cog/variants"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/ir"
)

// targets are the panel's queries, one a series, named A, B and so on.
func (b *builder) targets(p *ir.Panel) []variants.Dataquery {
	targets := make([]variants.Dataquery, 0, len(p.Series))
	for i, series := range p.Series {
		format := prometheus.PromQueryFormatTimeSeries
		if p.Kind == ir.Table {
			format = prometheus.PromQueryFormatTable
		}
		instant := isInstant(p.Kind, series)
		targets = append(targets, prometheus.Dataquery{
			Expr:         series.Expr,
			Instant:      new(instant),
			Range:        new(!instant),
			EditorMode:   new(prometheus.QueryEditorModeCode),
			Format:       new(format),
			LegendFormat: new(legend(p, i)),
			RefId:        new(refID(i)),
			Datasource:   b.refs.prometheus,
		})
	}
	return targets
}

// isInstant reports whether one value is asked for rather than a course. A pie and a table have no place for a course,
// and a line needs one.
func isInstant(kind ir.PanelKind, series ir.Series) bool {
	switch kind {
	case ir.Pie, ir.Table:
		return true
	case ir.Stat, ir.GaugePanel:
		return series.Instant
	default:
		return false
	}
}

// refID names the i-th query, as Grafana's editor does: A to Z, then AA, AB.
func refID(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return refID(i/26-1) + refID(i%26)
}

// legend is the name of each series: the fixed one, the values of the labels that stay apart, or both. Several queries
// that stay apart by labels alone carry their signal's title, because else their series could not be told apart.
func legend(p *ir.Panel, i int) string {
	series := p.Series[i]
	var parts []string
	switch {
	case series.Name != "":
		parts = append(parts, series.Name)
	case len(series.By) == 0 || len(p.Series) > 1:
		parts = append(parts, seriesTitle(p, i))
	}
	for _, label := range series.By {
		parts = append(parts, "{{"+label+"}}")
	}
	return strings.Join(parts, " ")
}

// seriesTitle is what people call a series: its name, its signal's title, or the panel's.
func seriesTitle(p *ir.Panel, i int) string {
	series := p.Series[i]
	switch {
	case series.Name != "":
		return series.Name
	case series.Query != nil && series.Query.Title != "":
		return series.Query.Title
	case series.Query != nil && series.Query.Signal != nil && series.Query.Signal.Title != "":
		return series.Query.Signal.Title
	default:
		return p.Title
	}
}
