package grafana

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/promql"
)

// panel checks one panel. That its type is known and its options belong to it, reading it has shown.
func (v *verifier) panel(panel *dashboard.Panel) {
	place := fmt.Sprintf("panel %q", deref(panel.Title))
	id := uint32(0)
	if panel.Id != nil {
		id = *panel.Id
	}
	v.id(place, id)
	if blank(panel.Title) || blank(panel.Description) {
		v.problem("%s (id %d): no title or no description", place, id)
	}
	v.datasource(place, panel.Datasource)
	v.targets(place, panel)
	if panel.FieldConfig == nil {
		v.problem("%s: no fieldConfig", place)
		return
	}
	v.field(place, panel.FieldConfig)
}

func (v *verifier) targets(place string, panel *dashboard.Panel) {
	if len(panel.Targets) == 0 {
		v.problem("%s: no queries", place)
	}
	seen := map[string]bool{}
	for _, target := range panel.Targets {
		query := target.(prometheus.Dataquery)
		name := deref(query.RefId)
		if name == "" || seen[name] {
			v.problem("%s: refId %q is missing or not unique", place, name)
		}
		seen[name] = true
		where := place + ", query " + name
		v.datasource(where, query.Datasource)
		v.expression(where, query.Expr)
	}
	if panel.FieldConfig == nil {
		return
	}
	for _, override := range panel.FieldConfig.Overrides {
		if name, ok := override.Matcher.Options.(string); ok && override.Matcher.Id == "byFrameRefID" && !seen[name] {
			v.problem("%s: an override is for query %q, which is not there", place, name)
		}
	}
}

// field checks units and thresholds of the defaults and of each override.
func (v *verifier) field(place string, source *dashboard.FieldConfigSource) {
	v.unit(place, deref(source.Defaults.Unit))
	v.thresholds(place, source.Defaults.Thresholds)
	if low, high := source.Defaults.Min, source.Defaults.Max; low != nil && high != nil && *low >= *high {
		v.problem("%s: min %v is not below max %v", place, *low, *high)
	}
	for _, override := range source.Overrides {
		for _, property := range override.Properties {
			switch value := property.Value.(type) {
			case *dashboard.ThresholdsConfig:
				v.thresholds(place, value)
			case *string:
				if property.Id == "unit" {
					v.unit(place, *value)
				}
			}
		}
	}
}

func (v *verifier) unit(place, id string) {
	if !knownUnit(id) {
		v.problem("%s: Grafana has no unit %q", place, id)
	}
}

func (v *verifier) thresholds(place string, config *dashboard.ThresholdsConfig) {
	if config == nil || len(config.Steps) == 0 || config.Steps[0].Value != nil {
		v.problem("%s: thresholds do not begin with a base", place)
		return
	}
	for i, step := range config.Steps {
		if step.Color == "" {
			v.problem("%s: threshold %d has no colour", place, i)
		}
		if i > 0 && (step.Value == nil || i > 1 && *step.Value <= *config.Steps[i-1].Value) {
			v.problem("%s: thresholds are not ascending", place)
		}
	}
}

// datasource checks that a query goes to the data source that people have chosen.
func (v *verifier) datasource(place string, ref *common.DataSourceRef) {
	if ref == nil || deref(ref.Uid) != "${"+datasourceVariable+"}" {
		v.problem("%s: does not take its data source from the variable", place)
	}
}

// variablePattern finds Grafana's variables: $name, ${name}, ${name:format} and [[name]].
var variablePattern = regexp.MustCompile(`\$(\w+)|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]`)

// expression checks that what Grafana sends parses once its variables have values.
func (v *verifier) expression(place, expr string) {
	if strings.TrimSpace(expr) == "" {
		v.problem("%s: no expression", place)
		return
	}
	if strings.Contains(expr, "$") || strings.Contains(expr, "[[") {
		v.references(place, expr)
		expr = variablePattern.ReplaceAllStringFunc(expr, sampleValue)
	}
	if err := promql.Valid(expr); err != nil {
		v.problem("%s: %w", place, err)
	}
}

// references checks that the variables of a text are declared, or Grafana's own.
func (v *verifier) references(place, text string) {
	for _, match := range variablePattern.FindAllStringSubmatch(text, -1) {
		name := match[1] + match[2] + match[3]
		if !strings.HasPrefix(name, "__") && !v.variables[name] {
			v.problem("%s: there is no variable %q", place, name)
		}
	}
}

// sampleValue is a value that a variable could have: a number for those that end in a unit, a duration for Grafana's own,
// and a word for the dashboard's.
func sampleValue(variable string) string {
	name := strings.Trim(variable, "${}[]")
	switch {
	case strings.HasPrefix(name, "__") && (strings.HasSuffix(name, "_s") || strings.HasSuffix(name, "_ms")):
		return "300"
	case strings.HasPrefix(name, "__"):
		return "5m"
	default:
		return "value"
	}
}

// placement checks that panels stand inside the columns and not on each other. What a collapsed row holds is hidden: it
// may only not overlap itself.
func (v *verifier) placement(panels []dashboard.PanelOrRowPanel) {
	var shown []placed
	for _, panel := range panels {
		if panel.RowPanel == nil {
			shown = append(shown, placed{deref(panel.Panel.Title), panel.Panel.GridPos})
			continue
		}
		shown = append(shown, placed{deref(panel.RowPanel.Title), panel.RowPanel.GridPos})
		hidden := make([]placed, 0, len(panel.RowPanel.Panels))
		for _, inside := range panel.RowPanel.Panels {
			hidden = append(hidden, placed{deref(inside.Title), inside.GridPos})
		}
		v.apart(hidden)
	}
	v.apart(shown)
}

// placed is something with a place on the dashboard.
type placed struct {
	title string
	at    *dashboard.GridPos
}

func (v *verifier) apart(panels []placed) {
	for i, panel := range panels {
		at := panel.at
		if at == nil || at.W < 1 || at.H < 1 || at.X+at.W > gridColumns {
			v.problem("panel %q: its place is not within %d columns", panel.title, gridColumns)
			continue
		}
		for _, other := range panels[:i] {
			if o := other.at; o != nil && at.X < o.X+o.W && o.X < at.X+at.W && at.Y < o.Y+o.H && o.Y < at.Y+at.H {
				v.problem("panels %q and %q overlap", other.title, panel.title)
			}
		}
	}
}
