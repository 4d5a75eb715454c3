package grafana

import (
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
)

// datasourceVariable is the variable that every query takes its data source from.
const datasourceVariable = "datasource"

// references are the names of data sources, in the form that the declared Grafana reads.
type references struct{ prometheus, builtin *common.DataSourceRef }

// newReferences names them by string where named, else by object.
func newReferences(named bool) references {
	refs := references{
		prometheus: &common.DataSourceRef{Type: new("prometheus"), Uid: new("${" + datasourceVariable + "}")},
		builtin:    &common.DataSourceRef{Type: new("grafana"), Uid: new("-- Grafana --")},
	}
	if named {
		refs.prometheus.Type, refs.builtin.Type = nil, nil
	}
	return refs
}

// variables are the data source and the labels that people filter by. Lists of values follow the time range, and "All"
// asks for any value rather than listing all, so that series without the label are left out and the query stays short.
func (b *builder) variables(declared []ir.Variable) []dashboard.VariableModel {
	list := []dashboard.VariableModel{{
		Type:        dashboard.VariableTypeDatasource,
		Name:        datasourceVariable,
		Label:       new("Data source"),
		Hide:        new(dashboard.VariableHideDontHide),
		Query:       &dashboard.StringOrMap{String: new("prometheus")},
		Refresh:     new(dashboard.VariableRefreshOnDashboardLoad),
		SkipUrlSync: new(false),
	}}
	for _, variable := range declared {
		list = append(list, dashboard.VariableModel{
			Type:        dashboard.VariableTypeQuery,
			Name:        variable.Label,
			Label:       new(words(variable.Label)),
			Hide:        new(dashboard.VariableHideDontHide),
			Query:       &dashboard.StringOrMap{String: new(variable.Query)},
			Datasource:  b.refs.prometheus,
			Multi:       new(true),
			Refresh:     new(dashboard.VariableRefreshOnTimeRangeChanged),
			Sort:        new(dashboard.VariableSortAlphabeticalAsc),
			IncludeAll:  new(true),
			AllValue:    new(".+"),
			SkipUrlSync: new(false),
		})
	}
	return list
}

// annotationStep is how finely Prometheus is asked for events. It is coarse, because one event is one line.
const annotationStep = "60s"

// annotations are Grafana's own, so that people can still add notes, and the dashboard's.
func (b *builder) annotations(declared []ir.Annotation) []dashboard.AnnotationQuery {
	list := []dashboard.AnnotationQuery{{
		Name:       "Annotations & Alerts",
		Datasource: b.refs.builtin,
		Enable:     true,
		Hide:       new(true),
		IconColor:  "rgba(0, 211, 255, 1)",
		Type:       new("dashboard"),
		BuiltIn:    new(1.0),
	}}
	for _, annotation := range declared {
		var text []string
		for _, label := range annotation.Text {
			text = append(text, label+" {{"+label+"}}")
		}
		list = append(list, dashboard.AnnotationQuery{
			Name:        annotation.Title,
			Datasource:  b.refs.prometheus,
			Enable:      true,
			Hide:        new(false),
			IconColor:   "purple",
			Expr:        new(annotation.Expr),
			Step:        new(annotationStep),
			TitleFormat: new(annotation.Title),
			TextFormat:  new(strings.Join(text, ", ")),
		})
	}
	return list
}

func links(declared []ir.Link) []dashboard.DashboardLink {
	var list []dashboard.DashboardLink
	for _, link := range declared {
		if len(link.Tags) > 0 {
			list = append(list, dashboard.DashboardLink{
				Title: link.Title, Type: dashboard.DashboardLinkTypeDashboards, Icon: "external link", Tags: link.Tags,
				AsDropdown: true, KeepTime: true,
			})
			continue
		}
		list = append(list, dashboard.DashboardLink{
			Title:       link.Title,
			Type:        dashboard.DashboardLinkTypeLink,
			Icon:        "external link",
			Url:         new(link.URL),
			Tags:        []string{},
			TargetBlank: true,
			KeepTime:    strings.Contains(link.URL, "/d/"),
		})
	}
	return list
}

// intervalUnits are the units of Grafana's intervals. Grafana reads one unit only: not "1h30m", but "90m".
var intervalUnits = []struct {
	size time.Duration
	name string
}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}}

// interval prints a duration in the largest unit that it is a multiple of.
func interval(d time.Duration) string {
	for _, unit := range intervalUnits {
		if d != 0 && d%unit.size == 0 {
			return strconv.FormatInt(int64(d/unit.size), 10) + unit.name
		}
	}
	return "0s"
}

// words turns a label's name into words, as in "Escalation reason".
func words(label string) string {
	if label == "slo" {
		return "SLO"
	}
	text := strings.ReplaceAll(strings.Trim(label, "_"), "_", " ")
	if text == "" {
		return label
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
