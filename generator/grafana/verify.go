package grafana

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/internal/artifact"
	encoding "github.com/belfry-dev/belfry/internal/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
)

// Verify takes a dashboard as it was made, or reads it as strictly as its types allow, and reports everything that Grafana would accept in silence and
// then show wrongly: its server takes unknown panel types, equal ids and panels on top of each other without a word.
func Verify(a artifact.Artifact) error {
	switch {
	case a.Kind == artifact.Dashboards:
		if board, typed := a.Source.(*dashboard.Dashboard); typed {
			return within(a.Path, verifyBoard(board))
		}
		return within(a.Path, verifyDashboard(a.Data))
	case strings.HasPrefix(a.Path, providersPath):
		return within(a.Path, verifyProviders(a.Data))
	case strings.HasPrefix(a.Path, datasourcesPath):
		return within(a.Path, verifyDatasources(a.Data))
	default:
		return fmt.Errorf("%s: not a file of Grafana's", a.Path)
	}
}

func within(path string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// uidPattern is what a dashboard's address may consist of.
var uidPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)

// verifier collects what is wrong with one dashboard.
type verifier struct {
	variables map[string]bool
	ids       map[uint32]bool
	problems  []error
}

func (v *verifier) problem(format string, arguments ...any) {
	v.problems = append(v.problems, fmt.Errorf(format, arguments...))
}

func verifyDashboard(data []byte) error {
	board, err := encoding.DecodeStrict(data)
	if err != nil {
		return err
	}
	return verifyBoard(board)
}

func verifyBoard(board *dashboard.Dashboard) error {
	v := &verifier{variables: map[string]bool{}, ids: map[uint32]bool{}}
	if board.Uid == nil || !uidPattern.MatchString(*board.Uid) {
		v.problem("uid is not 1 to 40 letters, digits, hyphens and underscores")
	}
	if blank(board.Title) {
		v.problem("no title")
	}
	if board.Editable == nil || *board.Editable {
		v.problem("is editable, but the next generation would undo every edit")
	}
	v.declared(board.Templating.List)
	v.queriedElsewhere(board)
	v.placement(board.Panels)
	for _, panel := range board.Panels {
		if panel.RowPanel == nil {
			v.panel(panel.Panel)
			continue
		}
		v.row(panel.RowPanel)
	}
	return errors.Join(v.problems...)
}

// declared notes the variables. The data source's must be there, because every query takes it.
func (v *verifier) declared(list []dashboard.VariableModel) {
	for _, variable := range list {
		if v.variables[variable.Name] {
			v.problem("variable %q is declared twice", variable.Name)
		}
		v.variables[variable.Name] = true
		if variable.Type == dashboard.VariableTypeQuery {
			v.datasource("variable "+variable.Name, variable.Datasource)
		}
	}
	if !v.variables[datasourceVariable] {
		v.problem("no variable %q", datasourceVariable)
	}
}

// queriedElsewhere checks what queries Prometheus besides the panels: variables and annotations.
func (v *verifier) queriedElsewhere(board *dashboard.Dashboard) {
	for _, variable := range board.Templating.List {
		if variable.Query == nil || variable.Query.String == nil || *variable.Query.String == "" {
			v.problem("variable %q has no query", variable.Name)
			continue
		}
		v.references("variable "+variable.Name, *variable.Query.String)
	}
	for _, annotation := range board.Annotations.List {
		if annotation.Expr == nil {
			continue
		}
		place := fmt.Sprintf("annotation %q", annotation.Name)
		v.datasource(place, annotation.Datasource)
		v.expression(place, *annotation.Expr)
	}
}

func (v *verifier) row(row *dashboard.RowPanel) {
	place := fmt.Sprintf("row %q", deref(row.Title))
	v.id(place, row.Id)
	if blank(row.Title) {
		v.problem("row %d: no title", row.Id)
	}
	if !row.Collapsed && len(row.Panels) > 0 {
		v.problem("%s: holds panels but is not collapsed", place)
	}
	for i := range row.Panels {
		v.panel(&row.Panels[i])
	}
}

func (v *verifier) id(place string, id uint32) {
	if id == 0 || v.ids[id] {
		v.problem("%s: id %d is missing or not unique", place, id)
	}
	v.ids[id] = true
}

func blank(text *string) bool { return text == nil || strings.TrimSpace(*text) == "" }

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func verifyProviders(data []byte) error {
	var file dashboardProviders
	if err := yaml.UnmarshalStrict(data, &file); err != nil {
		return err
	}
	if file.APIVersion != 1 || len(file.Providers) == 0 {
		return errors.New("no providers of apiVersion 1")
	}
	for _, provider := range file.Providers {
		if provider.Name == "" || provider.Type != "file" || !strings.HasPrefix(provider.Options.Path, "/") {
			return fmt.Errorf("provider %q: needs a name, type file and an absolute path", provider.Name)
		}
	}
	return nil
}

func verifyDatasources(data []byte) error {
	var file datasources
	if err := yaml.UnmarshalStrict(data, &file); err != nil {
		return err
	}
	if file.APIVersion != 1 || len(file.Datasources) == 0 {
		return errors.New("no datasources of apiVersion 1")
	}
	for _, source := range file.Datasources {
		if source.Name == "" || source.UID == "" || source.Type != "prometheus" || !strings.Contains(source.URL, "://") {
			return fmt.Errorf("datasource %q: needs a name, a uid, type prometheus and an address", source.Name)
		}
	}
	return nil
}
