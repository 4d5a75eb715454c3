package lower_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"

	"github.com/belfry-dev/belfry/internal/lower"
)

const errorRate = `
signals: errors: {title: "Errors", share: "requests_total", matching: "status=~'5..'", over: "5m"}
`

func objectives(names ...string) string {
	text := errorRate
	for _, name := range names {
		text += `slos: ` + name + `: {title: "T", bad: "errors", objective: "99.9%"}` + "\n"
	}
	return text
}

// silent are SLOs without alerts, whose names may be as alike as they like.
func silent(names ...string) string {
	text := ""
	for _, name := range names {
		text += `slos: ` + name + `: {title: "T", bad: "errors", objective: "99.9%", page: enabled: false, ticket: enabled: false, noData: enabled: false}` + "\n"
	}
	return text
}

func TestEachSLOHasADashboardOfItsOwn(t *testing.T) {
	long := "a_very_long_name_of_an_objective_that_says_all"
	p := program(t, objectives("fast", "error_free", long+"_1", long+"_2")+silent("errorFree", "errorfree", "error__free"))
	names, uids := map[string]bool{p.SLODashboardName: true}, map[string]bool{p.SLODashboardUID: true}
	for _, slo := range p.SLOs {
		if len(slo.DashboardUID) > 40 || slo.DashboardName != strings.ToLower(slo.DashboardName) {
			t.Errorf("%s: file %q, uid %q", slo.Name, slo.DashboardName, slo.DashboardUID)
		}
		names[slo.DashboardName], uids[slo.DashboardUID] = true, true
	}
	if len(names) != 8 || len(uids) != 8 || !uids["shop-slo-fast"] || !names["slo-error-free"] {
		t.Errorf("files %v, uids %v: want eight of each", names, uids)
	}
	alone := program(t, objectives("error_free")).SLOs[0].DashboardUID
	if !uids[alone] || alone != "shop-slo-error_free" {
		t.Errorf("the address of error_free is %q on its own, and beside others there are %v", alone, uids)
	}
}

func TestAlertsOfAnSLOLeadToItsDashboardAndLabelValue(t *testing.T) {
	p := program(t, errorRate+`slos: fast: {title: "T", bad: "errors", objective: "99.9%", by: ["endpoint"]}`)
	got := map[string]string{}
	for _, a := range p.Alerts {
		got[a.Name] = expand(t, a.DashboardURL, "endpoint", "/pay & go")
	}
	const board = "http://localhost:3000/d/shop-slo-fast"
	stored := p.SLOs[0].By[0]
	want := map[string]string{
		"FastBurnRatePage": board + "?var-" + stored + "=" + url.QueryEscape("/pay & go"), "FastBurnRateTicket": board + "?var-" + stored + "=" + url.QueryEscape("/pay & go"),
		"FastNoData": board,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

// expand fills in an annotation as Prometheus does.
func expand(t *testing.T, text, label, value string) string {
	t.Helper()
	prefix := "{{$labels := .Labels}}{{$value := .Value}}"
	data := template.AlertTemplateData(map[string]string{label: value, "exported_" + label: value}, nil, "", promql.Sample{F: 1})
	expander := template.NewTemplateExpander(t.Context(), prefix+text, "alert", data, model.TimeFromUnix(0), nil, &url.URL{}, nil)
	expanded, err := expander.Expand()
	if err != nil {
		t.Fatal(err)
	}
	return expanded
}

func TestADashboardCannotTakeThePlaceOfAnSLOs(t *testing.T) {
	for _, board := range []string{`"slo": {uid: "x"`, `"slo-fast": {uid: "x"`, `mine: {uid: "shop-slo"`, `mine: {uid: "shop-slo-fast"`} {
		spec := objectives("fast") + `dashboards: ` + board + `, title: "T", rows: [{panels: [{signal: "errors"}]}]}`
		messages := findings(t, spec)
		if len(messages) != 1 || !strings.HasPrefix(messages[0], "names/collision") {
			t.Errorf("%s: %v, want one names/collision", board, messages)
		}
	}
}

// findings are the codes and messages of what is wrong with a spec.
func findings(t *testing.T, more string) []string {
	t.Helper()
	_, found := lower.Lower(input(t, more))
	var texts []string
	for _, d := range found {
		texts = append(texts, d.Code+": "+d.Message)
	}
	return texts
}

func TestRunbooksThatHideEachOtherAreRefusedOnce(t *testing.T) {
	for _, spec := range []string{
		objectives("errorFree", "errorfree"), objectives("error_free", "error__free"),
		errorRate + `alerts: {HighErrors: {signal: "errors", above: "5%", severity: "warning"}, Higherrors: {signal: "errors", above: "9%", severity: "critical"}}`,
		errorRate + `alerts: README: {signal: "errors", above: "5%", severity: "warning"}`,
	} {
		messages := findings(t, spec)
		if len(messages) != 1 || !strings.HasPrefix(messages[0], "names/") {
			t.Errorf("%v, want one finding about names", messages)
		}
	}
}
