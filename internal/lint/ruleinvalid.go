package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleInvalid = &Check{
	Code: "rule/invalid", Severity: diag.Error, Warns: true,
	Summary: "Prometheus refuses to load a rule or its group",
	Why: "One rule that Prometheus cannot load keeps it from loading the whole file, and from any reload of its configuration: the " +
		"rules that it had go on, and nobody notices that the new ones are missing. The operator drops such a PrometheusRule.",
	Run: func(p *Pass) {
		names := map[groupKey]bool{}
		for i := range p.Set.Groups {
			checkGroup(p, &p.Set.Groups[i], names)
		}
		for i := range p.Rules {
			checkLoads(p, &p.Rules[i])
		}
	},
}

// groupKey is what no two groups may share: a name in one file.
type groupKey struct {
	holder diag.Pos
	name   string
}

func checkGroup(p *Pass, group *read.RuleGroup, names map[groupKey]bool) {
	at := Place{At: group.Pos, Name: group.Name.Value}
	key := groupKey{group.Holder, group.Name.Value}
	switch {
	case group.Name.Value == "":
		p.Report(at, "give the group a name", "a group of rules has no name")
	case names[key]:
		at.At = group.Name.At()
		p.Report(at, "join the groups, or rename one", "there are two groups %s in one file", group.Name.Value)
	}
	names[key] = true
	for _, field := range []struct {
		name  string
		value read.Text
	}{{"interval", group.Interval}, {"query_offset", group.QueryOffset}} {
		checkDuration(p, Place{At: field.value.At(), Name: group.Name.Value}, field.name, field.value)
	}
	if _, err := strconv.Atoi(group.Limit.Value); err != nil && !group.Limit.IsZero() {
		p.Report(Place{At: group.Limit.At(), Name: group.Name.Value}, "write a whole number", "limit is no number: %s", group.Limit.Value)
	}
	place := func(at diag.Pos) Place { return Place{At: at, Name: group.Name.Value} }
	checkPairs(p, place, group.Labels, "label")
	checkUnknown(p, place, group, group.Unknown, groupFields)
}

func checkDuration(p *Pass, at Place, field string, value read.Text) {
	if value.IsZero() {
		return
	}
	if _, err := model.ParseDuration(value.Value); err != nil {
		p.Report(at, `write a duration such as "30s", "5m" or "1h30m"`, "%s is no duration: %q", field, value.Value)
	}
}

// anything accepts every expression: what does not parse is told by promql/syntax.
type anything struct{ parser.Parser }

func (anything) ParseExpr(string) (parser.Expr, error) { return nil, nil }

// checkLoads asks Prometheus about each part of a rule alone, so that what it refuses has a place.
func checkLoads(p *Pass, rule *Rule) {
	refused := func(at diag.Pos, help string, part rulefmt.Rule) {
		for _, problem := range part.Validate(rulefmt.RuleNode{}, model.UTF8Validation, anything{}) {
			p.Report(rule.At(at), help, "Prometheus refuses the rule: %v", problem.Unwrap())
		}
	}
	checkDuration(p, rule.At(rule.For.At()), "for", rule.For)
	checkDuration(p, rule.At(rule.KeepFiringFor.At()), "keep_firing_for", rule.KeepFiringFor)
	if !missesByTypo(rule) {
		refused(rule.Pos, "a rule has record or alert, and expr",
			rulefmt.Rule{Record: rule.Record.Value, Alert: rule.Alert.Value, Expr: rule.Expr.Value})
	}
	if rule.Record.Value != "" && rule.Alert.Value == "" {
		if !model.LegacyValidation.IsValidMetricName(rule.Record.Value) && !strings.ContainsAny(rule.Record.Value, "{}") {
			p.Warn(rule.At(rule.Record.At()), "use letters, digits, underscores and colons",
				"%q loads in Prometheus 3 only, and every query must quote it", rule.Record.Value)
		}
		const move = "remove it, or make an alert of the rule"
		if len(rule.Annotations) > 0 {
			refused(rule.Annotations[0].Name.At(), move, rulefmt.Rule{Record: "name", Expr: "1", Annotations: map[string]string{"name": ""}})
		}
		refused(rule.For.At(), move, rulefmt.Rule{Record: "name", Expr: "1", For: duration(rule.For)})
		refused(rule.KeepFiringFor.At(), move, rulefmt.Rule{Record: "name", Expr: "1", KeepFiringFor: duration(rule.KeepFiringFor)})
	}
	checkPairs(p, rule.At, rule.Labels, "label")
	checkPairs(p, rule.At, rule.Annotations, "annotation")
	checkUnknown(p, rule.At, rule.Group, rule.Unknown, ruleFields)
}

// missesByTypo reports whether a field that a rule must have is there under a wrong name, which checkUnknown tells.
func missesByTypo(rule *Rule) bool {
	return slices.ContainsFunc(rule.Unknown, func(name read.Text) bool {
		switch meant, _ := diag.Closest(name.Value, ruleFields); meant {
		case "expr":
			return rule.Expr.Value == ""
		case "alert", "record":
			return rule.Alert.Value == "" && rule.Record.Value == ""
		default:
			return false
		}
	})
}

func duration(text read.Text) model.Duration {
	d, err := model.ParseDuration(text.Value)
	if err != nil {
		return 0 // missing, or reported already
	}
	return d
}

// checkPairs reports names of labels and annotations that Prometheus refuses, and those that only Prometheus 3 takes.
func checkPairs(p *Pass, place func(diag.Pos) Place, pairs []read.Pair, kind string) {
	for _, pair := range pairs {
		name := pair.Name.Value
		switch {
		case !model.UTF8Validation.IsValidLabelName(name) || kind == "label" && name == model.MetricNameLabel:
			p.Report(place(pair.Name.At()), "use letters, digits and underscores", "no %s can have the name %q", kind, name)
		case !model.LegacyValidation.IsValidLabelName(name):
			p.Warn(place(pair.Name.At()), "use letters, digits and underscores",
				"%s %s loads in Prometheus 3 only, and templates read it only by index", kind, name)
		}
	}
}

// The fields that rules and groups have.
var (
	groupFields = []string{"name", "interval", "query_offset", "limit", "rules", "labels"}
	ruleFields  = []string{"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
)

// foreignFields are of Mimir, Cortex, Loki and VictoriaMetrics, which read the same files.
var foreignFields = []string{
	"source_tenants", "align_evaluation_time_on_interval", "evaluation_delay", "remote_write", "concurrency", "type", "params", "headers",
	"notifier_headers", "tenant", "extra_filter_labels", "eval_offset", "eval_delay", "eval_alignment", "debug", "update_entries_limit",
}

// checkUnknown reports fields that Prometheus does not know. It reads rule files strictly (rulefmt.Parse); of a resource, the
// Kubernetes API drops them.
func checkUnknown(p *Pass, place func(diag.Pos) Place, group *read.RuleGroup, names []read.Text, known []string) {
	consequence := "and refuses the file"
	if group.Resource != nil && group.Resource.Kind.Value == "PrometheusRule" {
		consequence = "and the Kubernetes API drops it"
	}
	for _, name := range names {
		if !slices.Contains(foreignFields, name.Value) {
			p.Report(place(name.At()), meantOneOf(name.Value, known), "Prometheus knows no field %s here, %s", name.Value, consequence)
		}
	}
}
