package runbook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/ir"
)

// workbook are the workbook's two tiers of a page at an objective over 30 days.
func workbook(objective float64) (*ir.SLO, []ir.BurnTier) {
	slo := &ir.SLO{Objective: objective, Window: 30 * 24 * time.Hour, Interval: 30 * time.Second}
	return slo, []ir.BurnTier{
		{Long: time.Hour, Short: 5 * time.Minute, Factor: 14.4, BudgetShare: 0.02},
		{Long: 6 * time.Hour, Short: 30 * time.Minute, Factor: 6, BudgetShare: 0.05},
	}
}

// At 99.9 % a bad share of 1 % burns 10×: only the tier of 6× sees it, after 6h·6/10, and lets go after 30m·(1-6/10).
func TestScenariosFollowTheTheory(t *testing.T) {
	slo, tiers := workbook(0.999)
	want := []scenario{
		{"100 %", "52s", "43m12s", "29m49s"},
		{"20 %", "4m19s", "3h36m", "29m6s"},
		{"10 %", "8m38s", "7h12m", "28m12s"},
		{"2 %", "43m12s", "1d12h", "21m"},
		{"1 %", "3h36m", "3d", "12m"},
	}
	if diff := cmp.Diff(want, newBudget(slo, tiers).Scenarios); diff != "" {
		t.Errorf("scenarios (-want +got):\n%s", diff)
	}
}

// At 90 % only failures of most of the traffic reach 6×, and the table does not tell of others.
func TestScenariosMakeSenseForTheObjective(t *testing.T) {
	slo, tiers := workbook(0.9)
	want := []scenario{{"100 %", "3h36m", "3d", "12m"}}
	if diff := cmp.Diff(want, newBudget(slo, tiers).Scenarios); diff != "" {
		t.Errorf("scenarios (-want +got):\n%s", diff)
	}
	slo, tiers = workbook(0.99999)
	list := newBudget(slo, tiers).Scenarios
	if first, last := list[0], list[len(list)-1]; len(list) != 5 || first.Bad != "100 %" || first.Fires != "less than 1s" || last.Bad != "0.01 %" {
		t.Errorf("scenarios are %v", list)
	}
}

func TestPagesOfSLOsSayWhatTheAlertMeans(t *testing.T) {
	p := agent(t)
	slo := p.Alerts[1].SLO
	slo.By, slo.Limit, slo.MinEvents, slo.Calendar, slo.Records.CalendarBudget = []string{"region"}, 20, 100, "month", "slo:calendar_budget:ratio"
	all := pages(t, p)
	for page, wants := range map[string][]string{
		"AvailabilityBurn": {
			"at least 2 % of it is gone", "the rest lasts 3h32m", "and the longer one has at least 100 events", "[AvailabilityNoData](AvailabilityNoData.md)",
			"The same of the calendar month so far:",
		},
		"AvailabilityNoData":     {"Nothing watches it while there is no data", "more than 20 values of region", "count(http_requests_total)", `up{job="ai-agent",namespace="ai-support"}`},
		"AvailabilityTrafficLow": {"burns no error budget", "offset 1w", "What still comes, by `status`", "less traffic than 2 requests per second for 10m"},
	} {
		for _, want := range wants {
			if text := all["runbooks/"+page+".md"]; !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", page, want, text)
			}
		}
	}
}

func TestPagesOfOtherIndicatorsShowWhatTheyCount(t *testing.T) {
	p := agent(t)
	burn := p.Alerts[1]
	burn.SLO.SLI, burn.SLO.Good, burn.SLO.Bound = ir.SLISlice, true, ir.Threshold{Value: 0.01}
	if text := pages(t, p)["runbooks/AvailabilityBurn.md"]; !strings.Contains(text, "an evaluation is good while it is below 1 %") || !strings.Contains(text, "topk(") {
		t.Errorf("the page does not show what an evaluation looks at, the worst first:\n%s", text)
	}
	burn.SLO.SLI, burn.SLO.Good = ir.SLIWritten, false
	burn.Signal = &ir.Signal{Name: "availability", Title: "Availability"}
	burn.SLO.Signal = burn.Signal
	burn.SLO.Written = []ir.WrittenEvents{
		{Text: "sum(rate(failed_total[$window]))", Expr: parse(t, "sum(rate(failed_total[5m]))")},
		{Text: "sum(rate(sent_total[$window]))", Expr: parse(t, "sum(rate(sent_total[5m]))")},
	}
	p.Alerts[4].Signal = burn.Signal
	all := pages(t, p)
	for _, want := range []string{"Bad events of the last five minutes", "sum(rate(failed_total[5m]))", "sum(rate(sent_total[5m]))"} {
		if text := all["runbooks/AvailabilityBurn.md"]; !strings.Contains(text, want) {
			t.Errorf("the page does not show %q:\n%s", want, text)
		}
	}
	if text := all["runbooks/AvailabilityNoData.md"]; !strings.Contains(text, "count(sent_total)") {
		t.Errorf("the page does not look for what should be counted:\n%s", text)
	}
}
