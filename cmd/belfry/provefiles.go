package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/prove"
	"github.com/belfry-dev/belfry/internal/read"
)

// evaluationInterval is how often Prometheus evaluates groups that do not say it themselves, unless it is configured otherwise.
const evaluationInterval = time.Minute

// loading are codes of lint's findings on what Prometheus or Alertmanager would not load: then there is nothing to prove.
var loading = []string{"rule/invalid", "rule/later-document", "promql/syntax", "alertmanager/config"}

// runFiles proves rules that others wrote.
func (f *proveFlags) runFiles(cmd *cobra.Command) error {
	began := time.Now()
	set, found, err := read.Files(f.rules)
	if err != nil {
		return err
	}
	if len(set.Groups) == 0 && !found.HasErrors() {
		return errors.New("there are no rules in the files of --rules")
	}
	configuration, problems, err := f.configuration()
	if err != nil {
		return err
	}
	exposed, more, err := f.metrics.described(cmd.Context())
	if err != nil {
		return err
	}
	world := check.World{Exposed: exposed, Recordings: lint.Recordings(set)}
	table, err := check.OpenWorld(world)
	if err != nil {
		return err
	}
	found = append(append(found, problems...), more...)
	found = append(found, refusals(set, table)...)
	if found.HasErrors() {
		return report{found: found.Sort(), format: diag.Text, status: []string{"nothing was proven"}}.print(cmd.ErrOrStderr())
	}
	if configuration != nil {
		defer configuration.Close()
	}
	proven := f.proveFiles(cmd, set, table, configuration, began)
	if err := f.routing(cmd, world); err != nil && (proven == nil || errors.Is(proven, exitError(exitFindings))) {
		return err
	}
	return proven
}

// routing prints what is wrong with the routes and receivers for these alerts, beyond what the verdicts say: routes that no alert
// can reach, receivers that nobody uses, two that tell of the same thing.
func (f *proveFlags) routing(cmd *cobra.Command, world check.World) error {
	if f.alertmanager == "" {
		return nil
	}
	set, _, err := read.Files(append(slices.Clone(f.rules), f.alertmanager))
	if err != nil {
		return err
	}
	table, err := check.OpenWorld(world)
	if err != nil {
		return err
	}
	found, _ := lint.Run(set, table)
	found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		return !strings.HasPrefix(d.Code, "alertmanager/") || d.Code == "alertmanager/unrouted"
	})
	if len(found) == 0 {
		return nil
	}
	return report{found: found, format: diag.Text}.print(cmd.ErrOrStderr())
}

// refusals are the findings on what would not be loaded.
func refusals(set *read.Set, table *promql.Table) diag.List {
	all, _ := lint.Run(set, table)
	for i := range all {
		if all[i].Code == "rule/later-document" {
			all[i].Severity = diag.Error // others than Prometheus load it, but it is Prometheus that is asked here
		}
	}
	return slices.DeleteFunc(all, func(d diag.Diagnostic) bool { return d.Severity != diag.Error || !slices.Contains(loading, d.Code) })
}

// configuration reads Alertmanager's; nil where none is given.
func (f *proveFlags) configuration() (*notify.Pipeline, diag.List, error) {
	if f.alertmanager == "" {
		return nil, nil, nil
	}
	set, found, err := read.Files([]string{f.alertmanager})
	if err != nil || found.HasErrors() {
		return nil, found, err
	}
	if len(set.Alertmanagers) != 1 {
		return nil, nil, fmt.Errorf("%s holds %s, and not one configuration of Alertmanager", f.alertmanager, plural(len(set.Alertmanagers), "configuration"))
	}
	table, err := check.OpenWorld(check.World{})
	if err != nil {
		return nil, nil, err
	}
	if found = refusals(set, table); found.HasErrors() {
		return nil, found, nil
	}
	text := set.Alertmanagers[0].Source
	if text == "" {
		return nil, nil, fmt.Errorf("%s has the configuration inside other values: render it first", f.alertmanager)
	}
	pipeline, err := notify.New([]byte(text), notify.Options{Dir: filepath.Dir(f.alertmanager)})
	if err != nil {
		return nil, diag.List{{Code: "alertmanager/config", Severity: diag.Error, Pos: set.Alertmanagers[0].Pos, Message: err.Error()}}, nil
	}
	return pipeline, nil, nil
}

func (f *proveFlags) proveFiles(cmd *cobra.Command, set *read.Set, table *promql.Table, pipeline *notify.Pipeline, began time.Time) error {
	groups, places, err := prove.GroupsOf(set, evaluationInterval)
	if err != nil {
		return err
	}
	var names []string
	for _, g := range groups {
		for _, r := range g.Rules {
			if r.Alert != "" {
				names = append(names, r.Alert)
			}
		}
	}
	if err := f.known(names); err != nil {
		return err
	}
	proofs, err := prove.ProveFiles(cmd.Context(), prove.Files{Groups: groups, Places: places, Table: table.In, Notify: pipeline},
		func(name string) bool { return len(f.alerts) == 0 || slices.Contains(f.alerts, name) })
	if err != nil {
		return err
	}
	return f.tell(cmd, proofs, began)
}

// validate refuses flags that do not go together.
func (f *proveFlags) validate(flags *pflag.FlagSet, arguments []string) error {
	switch {
	case f.write && len(f.alerts) > 0:
		return errors.New("--write writes the proofs of all alerts: leave --alert out")
	case len(f.rules) == 0 && f.alertmanager != "":
		return errors.New("--alertmanager goes with --rules: a spec has its own configuration")
	case len(f.rules) == 0 && len(f.metrics.places) > 0:
		return errors.New("--metrics goes with --rules: a spec declares its metrics")
	case len(f.rules) > 0 && len(arguments) > 0:
		return errors.New("prove either packages or the files of --rules, not both")
	case len(f.rules) > 0 && f.write:
		return errors.New("--write keeps the proofs of a spec's package: leave it out with --rules")
	}
	if f.alertmanager != "" && isFolder(f.alertmanager) {
		return fmt.Errorf("--alertmanager takes a file, and %s is a folder", f.alertmanager)
	}
	if len(f.rules) > 0 {
		if err := refuse(flags, "with --rules, where nothing is compiled", "tag", "templates"); err != nil {
			return err
		}
	}
	if !f.write {
		if err := refuse(flags, "without --write", "out"); err != nil {
			return err
		}
	}
	return f.metrics.validate(flags)
}
