package lint

import (
	"testing"

	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// TestAnInhibitionMutesAsAlertmanagersDoes holds what inhibit.Inhibitor documents: missing labels are equal, and an alert that
// matches both sides is not muted by another that does.
func TestAnInhibitionMutesAsAlertmanagersDoes(t *testing.T) {
	const severities = "source_matchers: [severity=\"critical\"]\n    target_matchers: [severity=\"warning\"]\n    "
	for name, test := range map[string]struct {
		rule, source, target string
		want                 certainty
	}{
		"by severity":                   {severities + "equal: [service]", "severity: critical, service: a", "severity: warning, service: a", yes},
		"another service":               {severities + "equal: [service]", "severity: critical, service: a", "severity: warning, service: b", no},
		"missing on both sides":         {severities + "equal: [service]", "severity: critical, other: x", "severity: warning, service: ''", yes},
		"missing on one side":           {severities + "equal: [service]", "severity: critical, service: a", "severity: warning", no},
		"known only at run time":        {severities + "equal: [pod]", "severity: critical", "severity: warning", maybe},
		"filled in by a template":       {severities + "equal: [service]", "severity: critical, service: '{{ $labels.x }}'", "severity: warning, service: a", maybe},
		"the other way round":           {severities + "equal: []", "severity: warning", "severity: critical", no},
		"both match both sides":         {"source_matchers: [severity=~\".+\"]\n    target_matchers: [severity=~\".+\"]", "severity: a", "severity: b", no},
		"the target matches both sides": {"source_matchers: [severity=~\".+\"]\n    target_matchers: [severity=\"b\"]", "severity: a", "severity: b", yes},
	} {
		content := "groups:\n  - name: g\n    rules:\n" +
			"      - {alert: Source, expr: sum(some_metric) > 1, labels: {" + test.source + "}}\n" +
			"      - {alert: Target, expr: sum(some_metric) > 0, labels: {" + test.target + "}}\n" +
			"---\nroute: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules:\n  - " + test.rule + "\n"
		set, problems := read.Content("files.yaml", []byte(content))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		files := newFiles(set, promql.NewTable(nil))
		rules, ok := inhibitions(&set.Alertmanagers[0])
		if !ok || len(rules) != 1 {
			t.Fatalf("%s: the rule was not read", name)
		}
		if got := rules[0].mutes(files.Alerts[0], files.Alerts[1]); got != test.want {
			t.Errorf("%s: mutes says %d, want %d", name, got, test.want)
		}
	}
}

func TestMatchersCoverAndContradictOnlyForCertain(t *testing.T) {
	compile := func(texts ...string) []*read.Route {
		var all []*read.Route
		for _, text := range texts {
			all = append(all, &read.Route{Matchers: read.Matchers{Matchers: []read.Text{{Value: text}}}})
		}
		return all
	}
	for _, test := range []struct {
		wide, narrow          string
		covers, contradictory bool
	}{
		{`a="1"`, `a="1"`, true, false},
		{`a=~"1|2"`, `a="2"`, true, false},
		{`a=~"1|2"`, `a="3"`, false, true},
		{`a=~"1|2"`, `a=~"2|3"`, false, false},
		{`a!="1"`, `a="2"`, true, false},
		{`a!="1"`, `a="1"`, false, true},
		{`a=~".*"`, `b="1"`, true, false},
		{`a=~".+"`, `a=~"x.*"`, false, false},
		{`a=~"x.*"`, `a="xy"`, true, false},
		{`a="1"`, `b="1"`, false, false},
		{`a="1"`, `{a="1", b="2"}`, true, false},
		{`{a="1", b="2"}`, `a="1"`, false, false},
	} {
		routes := compile(test.wide, test.narrow)
		wide, _ := compileMatchers(routes[0].Matchers)
		narrow, broken := compileMatchers(routes[1].Matchers)
		if len(broken) > 0 {
			t.Fatal(broken)
		}
		if got := matching.Covers(wide, narrow); got != test.covers {
			t.Errorf("%s covers %s: %v", test.wide, test.narrow, got)
		}
		if one, _ := matching.Contradiction(append(wide[:len(wide):len(wide)], narrow...)); (one != nil) != test.contradictory {
			t.Errorf("%s contradicts %s: %v", test.wide, test.narrow, one != nil)
		}
	}
}

func TestNamesOfSiblingsAreNoTypingErrors(t *testing.T) {
	for _, test := range []struct {
		a, b    string
		sibling bool
	}{
		{"team-1", "team-2", true}, {"eu-west", "us-west", true}, {"prod-a", "prod-b", true}, {"shop", "shop2", true},
		{"critcal", "critical", false}, {"ai-agent", "ai-agnt", false}, {"shop", "shop-a", false},
	} {
		if got := isSibling(test.a, test.b); got != test.sibling {
			t.Errorf("%s and %s are siblings: %v", test.a, test.b, got)
		}
	}
}
