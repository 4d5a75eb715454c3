package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

func TestObjectNameIsWhatAPathIsAbout(t *testing.T) {
	for path, want := range map[string]string{
		"metrics.shop_requests_total":                "shop_requests_total",
		"metrics.shop_requests_total.labels.service": "shop_requests_total",
		`receivers."pagerduty-critical".pagerduty`:   "pagerduty-critical",
		`alerts."a.b\"c".above`:                      `a.b"c`,
		"dashboards.ops.rows[0].panels[2].signal":    "ops",
		"routing.routes[1]":                          "routes[1]",
		"service.runbooks":                           "runbooks",
		"alerts":                                     "alerts",
		"":                                           "",
	} {
		if got := objectName(path); got != want {
			t.Errorf("objectName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestApplyDropsOnlyWarningsOfTheNamesGiven(t *testing.T) {
	warning := func(code, path string) diag.Diagnostic {
		return diag.Diagnostic{Code: code, Severity: diag.Warning, Path: path, Message: "it is so"}
	}
	list := diag.List{
		warning("names/unit", "metrics.old_milliseconds"),
		warning("names/unit", "metrics.new_milliseconds"),
		warning("metric/unused", "metrics.old_milliseconds"),
		warning("receiver/unused", `receivers."on-call"`),
	}
	accepted := map[string]schema.Accept{
		"names/unit":      {Names: []string{"old_milliseconds"}},
		"receiver/unused": {Names: []string{"on-call"}},
	}
	want := diag.List{list[2], list[1]}
	if difference := cmp.Diff(want, Apply(list, accepted, nowhere)); difference != "" {
		t.Errorf("what is left (-want +got):\n%s", difference)
	}
}

func TestAnUnusedNameIsNotReportedWhileErrorsKeepChecksFromLooking(t *testing.T) {
	list := diag.List{{Code: "quantity/unit", Severity: diag.Error, Path: "alerts.High.above", Message: "it is so"}}
	accepted := map[string]schema.Accept{"names/unit": {Names: []string{"old_milliseconds"}}}
	if difference := cmp.Diff(list, Apply(list, accepted, nowhere)); difference != "" {
		t.Errorf("what is left (-want +got):\n%s", difference)
	}
	unused := Apply(nil, accepted, nowhere)
	if len(unused) != 1 || unused[0].Code != "accept/unused" || unused[0].Path != `accept."names/unit".names[0]` {
		t.Errorf("without errors it is reported once, at the name: %v", unused)
	}
}

func nowhere(string) diag.Pos { return diag.Pos{} }
