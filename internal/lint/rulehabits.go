package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// habit is something that most alerts of a file have.
type habit struct {
	names   []string // of labels or annotations, any of which will do
	have    func(*Rule) []read.Pair
	isLabel bool
	what    string // what is missing, for the message
	help    string // with %s for the name that the other alerts have
}

var ruleUndocumented = &Check{
	Code: "rule/undocumented", Severity: diag.Warning,
	Summary: "an alert has neither a summary nor a description, where others of its file have them",
	Why:     "Whoever is woken up reads the alert's name and its labels, and must guess what is broken and how badly.",
	Run: habit{names: []string{"summary", "description", "message"}, have: annotations, what: "neither a summary nor a description",
		help: "add the annotation %s: what is broken, for whom, and how badly"}.check,
}

var ruleNoRunbook = &Check{
	Code: "rule/no-runbook", Severity: diag.Warning,
	Summary: "an alert has no link to a runbook, where most of its file have one",
	Why:     "Whoever is woken up needs to know what to look at first.",
	Run: habit{names: []string{"runbook_url", "runbook", "runbookURL", "runbook_link"}, have: annotations, what: "no link to a runbook",
		help: "add the annotation %s"}.check,
}

var ruleNoSeverity = &Check{
	Code: "rule/no-severity", Severity: diag.Warning,
	Summary: "an alert has no severity, where most of its file have one",
	Why: "Routes and inhibitions match on severity: an alert without goes to the root receiver, which is often nobody, and is " +
		"muted by nothing.",
	Run: habit{names: []string{"severity", "priority", "level"}, have: ruleLabels, isLabel: true, what: "no label severity",
		help: "add the label %s, with one of the values that the other alerts have"}.check,
}

var ruleNoOwner = &Check{
	Code: "rule/no-owner", Severity: diag.Warning,
	Summary: "an alert has no owner, where most of its file have one",
	Why:     "Routes match on the team: an alert without goes to the root receiver, which is often nobody.",
	Run: habit{names: []string{"team", "owner", "squad"}, have: ruleLabels, isLabel: true, what: "no label that says whose it is",
		help: "add the label %s, as the other alerts have it"}.check,
}

func annotations(rule *Rule) []read.Pair { return rule.Annotations }

func ruleLabels(rule *Rule) []read.Pair { return slices.Concat(rule.Group.Labels, rule.Labels) }

// leastHabit is how many alerts must have something, for each that has not, to make it the habit of the file.
const leastHabit = 3

// check reports the alerts that lack what most others of their file have.
func (h habit) check(p *Pass) {
	for _, alerts := range alertsByFile(p.Rules) {
		var lacking []*Rule
		having, names := 0, map[string]int{}
		for _, alert := range alerts {
			switch {
			case isHeartbeat(alert):
			case h.kept(alert):
				having++
				h.count(alert, names)
			default:
				lacking = append(lacking, alert)
			}
		}
		if having < leastHabit || having < leastHabit*len(lacking) {
			continue
		}
		for _, alert := range lacking {
			p.Report(alert.At(alert.Alert.At()), fmt.Sprintf(h.help, h.usual(names)), "this alert has %s, %d of %d alerts of the file have",
				h.what, having, having+len(lacking))
		}
	}
}

// count counts the names under which an alert has it.
func (h habit) count(alert *Rule, names map[string]int) {
	for _, pair := range h.have(alert) {
		if slices.Contains(h.names, pair.Name.Value) {
			names[pair.Name.Value]++
		}
	}
}

// usual is the name that most alerts have, the first of the known ones where none stands out.
func (h habit) usual(names map[string]int) string {
	return slices.MaxFunc(h.names, func(a, b string) int { return cmp.Compare(names[a], names[b]) })
}

// isHeartbeat reports an alert that always fires, to prove that alerts arrive: nobody owns it or is woken up by it.
func isHeartbeat(alert *Rule) bool {
	severity := read.Find(ruleLabels(alert), "severity").Value
	if severity == "none" || alert.Alert.Value == "Watchdog" {
		return true
	}
	if alert.Analysis == nil {
		return false
	}
	_, constant := alert.Analysis.Root.Range.Constant()
	return constant && alert.Analysis.Root.NeverEmpty
}

// kept reports whether an alert has it: by itself, or as a label of its expression's result.
func (h habit) kept(alert *Rule) bool {
	if h.isLabel && alert.Analysis != nil && slices.ContainsFunc(h.names, func(name string) bool {
		return alert.Analysis.Root.Label(name).Presence == promql.Must
	}) {
		return true
	}
	return slices.ContainsFunc(h.have(alert), func(pair read.Pair) bool {
		return slices.Contains(h.names, pair.Name.Value) && strings.TrimSpace(pair.Value.Value) != ""
	})
}

// alertsByFile are the alerts of each file, or of each resource in it, in the order of the files.
func alertsByFile(rules []Rule) [][]*Rule {
	var all [][]*Rule
	at := map[diag.Pos]int{}
	for i := range rules {
		rule := &rules[i]
		if rule.Alert.Value == "" {
			continue
		}
		key := rule.Group.Holder
		if _, known := at[key]; !known {
			at[key] = len(all)
			all = append(all, nil)
		}
		all[at[key]] = append(all[at[key]], rule)
	}
	return all
}
