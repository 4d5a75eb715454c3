package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/remote"
)

// rulesPath is where Prometheus lists its rules. Alerts that fire are not asked for; releases before 2.51 send them anyway.
const rulesPath = "/api/v1/rules?exclude_alerts=true"

// rulesAnswer is what it answers (web/api/v1, RuleDiscovery). Durations are seconds.
type rulesAnswer struct {
	Status string `json:"status"`
	Error  string `json:"error"`
	Data   *struct {
		Groups []struct {
			Name     string  `json:"name"`
			File     string  `json:"file"`
			Interval float64 `json:"interval"`
			Limit    int     `json:"limit"`
			Rules    []struct {
				Type          string            `json:"type"` // alerting or recording
				Name          string            `json:"name"`
				Query         string            `json:"query"`
				Duration      float64           `json:"duration"`
				KeepFiringFor float64           `json:"keepFiringFor"`
				Labels        map[string]string `json:"labels"`
				Annotations   map[string]string `json:"annotations"`
				LastError     string            `json:"lastError"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"data"`
}

// errNoService says that there is nothing that a Prometheus could have loaded.
var errNoService = errors.New("the rules of Prometheus are those of services, and there is none here: name the packages of the services")

// Prometheus compares the rules that a Prometheus has loaded with those of the outputs. Rules of others are none of our business: a
// group is the service's own if the spec compiles to one of its name, or if a rule of it carries the service's labels service and
// namespace. The error says that the rules cannot be had.
func Prometheus(ctx context.Context, client *remote.Client, outputs []generator.Output) (Result, error) {
	if !slices.ContainsFunc(outputs, func(o generator.Output) bool { return o.Program.Service != nil }) {
		return Result{}, errNoService
	}
	var answer rulesAnswer
	if err := client.Get(ctx, rulesPath, &answer); err != nil {
		return Result{}, err
	}
	if answer.Status != "success" || answer.Data == nil {
		return Result{}, fmt.Errorf("%s does not list its rules: %q", client, answer.Error)
	}
	c := &rulesComparison{at: client.String(), loaded: answer.groups()}
	groups, rules := 0, 0
	for _, output := range outputs {
		spec, err := compiledGroups(data(output, prometheus.RulesPath))
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", prometheus.RulesPath, err)
		}
		groups, rules = groups+len(spec), rules+sizeOf(spec)
		c.service(output.Program, spec)
	}
	compared := fmt.Sprintf("%s in %s compared with %s", plural(rules, "rule", "rules"), plural(groups, "group", "groups"), c.at)
	if others := len(c.loaded) - c.ours; others > 0 {
		compared += fmt.Sprintf(", whose %s of others %s left alone", plural(others, "group", "groups"), isOrAre(others))
	}
	return Result{c.found.Sort(), compared}, nil
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (a rulesAnswer) groups() []group {
	var out []group
	for _, g := range a.Data.Groups {
		read := group{name: g.Name, file: g.File, interval: seconds(g.Interval), limit: g.Limit}
		for _, r := range g.Rules {
			read.rules = append(read.rules, rule{
				alert: r.Type == "alerting", name: r.Name, expr: canonical(r.Query), hold: seconds(r.Duration), keep: seconds(r.KeepFiringFor),
				labels: r.Labels, annotations: r.Annotations, failure: r.LastError,
			})
		}
		out = append(out, read)
	}
	return out
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond)
}

// rulesComparison is one run.
type rulesComparison struct {
	at     string // the server, in words
	loaded []group
	ours   int // how many of the loaded groups belong to a service
	found  diag.List
}

// service compares the groups of one service.
func (c *rulesComparison) service(p *ir.Program, spec []group) {
	byName := map[string][]group{}
	for _, g := range c.loaded {
		known := slices.ContainsFunc(spec, func(s group) bool { return s.name == g.name })
		if known || belongs(g, p.Service) {
			c.ours++
			byName[g.name] = append(byName[g.name], g)
		}
	}
	for _, s := range spec {
		loaded := byName[s.name]
		delete(byName, s.name)
		c.group(p, s, loaded)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		for _, g := range byName[name] {
			c.report(codeExtra, p, "service", []string{"it holds " + names(g.rules), "loaded from " + g.file}, "delete the file or PrometheusRule that holds it",
				"group %s is loaded in %s and is not in the spec, although its rules carry the labels of %s", name, c.at, p.Service.Name)
		}
	}
}

// belongs reports whether a rule of the group carries the labels that every alert of the service has.
func belongs(g group, service *ir.Service) bool {
	return service != nil && slices.ContainsFunc(g.rules, func(r rule) bool {
		return r.labels["service"] == service.Name && r.labels["namespace"] == service.Namespace
	})
}

// group compares a compiled group with the loaded ones of its name: there is one, none where it is missing, or several where
// two files hold it.
func (c *rulesComparison) group(p *ir.Program, spec group, loaded []group) {
	path := pathOf(p, spec.rules)
	if len(loaded) == 0 {
		c.report(codeMissing, p, path, []string{"it holds " + names(spec.rules)},
			"apply kubernetes/prometheusrule.yaml, and see that Prometheus selects it; or load "+prometheus.RulesPath,
			"group %s with %s is not loaded in %s", spec.name, plural(len(spec.rules), "rule", "rules"), c.at)
		return
	}
	best := closest(spec, loaded)
	for i, g := range loaded {
		if i != best {
			c.report(codeExtra, p, path, []string{"loaded from " + loaded[best].file, "and from " + g.file}, "delete one of the two",
				"group %s is loaded twice in %s", spec.name, c.at)
		}
	}
	c.settings(p, path, spec, loaded[best])
	c.rules(p, path, spec, loaded[best])
}

// closest is the loaded group that has most rules as the spec gives them.
func closest(spec group, loaded []group) int {
	best, most := 0, -1
	for i, g := range loaded {
		equal := 0
		for _, p := range pairRules(spec.rules, g.rules) {
			if p.spec != nil && p.loaded != nil && len(p.spec.differences(*p.loaded)) == 0 {
				equal++
			}
		}
		if equal > most {
			best, most = i, equal
		}
	}
	return best
}

func (c *rulesComparison) settings(p *ir.Program, path string, spec, loaded group) {
	var out []difference
	if spec.interval != 0 && spec.interval != loaded.interval {
		out = append(out, difference{"interval", printed(loaded.interval), printed(spec.interval)})
	}
	if spec.limit != loaded.limit {
		out = append(out, difference{"limit", fmt.Sprint(loaded.limit), fmt.Sprint(spec.limit)})
	}
	if len(out) > 0 {
		c.report(codeChanged, p, path, notes(out), helpApply, "group %s is loaded with other settings in %s", spec.name, c.at)
	}
}

const helpApply = "apply what belfry generate writes, or put the change into the spec"

func (c *rulesComparison) rules(p *ir.Program, groupPath string, spec, loaded group) {
	pairs := pairRules(spec.rules, loaded.rules)
	for _, pair := range pairs {
		switch {
		case pair.loaded == nil:
			c.report(codeMissing, p, pathOf(p, []rule{*pair.spec}), nil, helpApply, "%s of group %s is not loaded in %s", pair.spec, spec.name, c.at)
		case pair.spec == nil:
			c.report(codeExtra, p, groupPath, []string{"expr: " + window(pair.loaded.expr, 0, len(pair.loaded.expr))}, helpApply,
				"%s of group %s is loaded in %s and is not in the spec", pair.loaded, spec.name, c.at)
		default:
			c.pair(p, spec.name, pair)
		}
	}
	if outOfOrder(pairs) {
		c.report(codeChanged, p, groupPath, []string{"loaded: " + names(loaded.rules), "the spec gives: " + names(spec.rules)}, helpApply,
			"the rules of group %s are loaded in another order in %s, and a rule reads what those before it recorded", spec.name, c.at)
	}
}

func (c *rulesComparison) pair(p *ir.Program, name string, pair pair) {
	path := pathOf(p, []rule{*pair.spec})
	if differences := pair.spec.differences(*pair.loaded); len(differences) > 0 {
		c.report(codeChanged, p, path, notes(differences), helpApply, "%s of group %s is loaded in another form in %s", pair.spec, name, c.at)
	}
	if pair.loaded.failure != "" {
		c.report(codeFailing, p, path, []string{pair.loaded.failure}, "", "%s of group %s is loaded, and %s cannot evaluate it", pair.spec, name, c.at)
	}
}

func (c *rulesComparison) report(code string, p *ir.Program, path string, notes []string, help, format string, arguments ...any) {
	c.found = append(c.found, diag.Diagnostic{
		Code: code, Severity: diag.Error, Path: path, Pos: p.Locate(path), Message: fmt.Sprintf(format, arguments...), Notes: notes, Help: help,
	})
}

// pathOf is where the spec says what rules come from: the first alert among them, else the SLO that they record, else the
// service.
func pathOf(p *ir.Program, rules []rule) string {
	for _, r := range rules {
		for _, a := range p.Alerts {
			if r.alert && a.Name == r.name {
				return a.Path
			}
		}
	}
	for _, r := range rules {
		for _, slo := range p.SLOs {
			records := append(slices.Collect(maps.Values(slo.ErrorRatio)), slo.BudgetRemaining, slo.ObjectiveRecord)
			if !r.alert && (slices.Contains(records, r.name) || r.labels["slo"] == slo.Name) {
				return slo.Path
			}
		}
		for _, s := range p.Signals {
			if !r.alert && s.Default != nil && s.Default.Record == r.name {
				return s.Path
			}
		}
	}
	return "service"
}
