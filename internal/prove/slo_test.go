package prove

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// TestEveryKindOfSLOIsProven proves the alerts of all cases that show a kind of objective.
func TestEveryKindOfSLOIsProven(t *testing.T) {
	want := map[string]int{
		"slo": 6, "slo-boolean": 6, "slo-by": 10, "slo-calendar": 6, "slo-dashboards": 4, "slo-events": 6, "slo-ratio-native": 6,
		"slo-slice": 12, "slo-tiers": 9, "slo-traffic": 7,
	}
	folders, err := filepath.Glob("../../golden/slo*/spec.cue")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, spec := range folders {
		name := filepath.Base(filepath.Dir(spec))
		proofs := proven(t, compiled(t, filepath.Dir(spec), "."))
		got[name] = Count(proofs, Proven)
		for _, p := range proofs {
			if p.Verdict != Proven {
				t.Errorf("%s: %s is %s: %s", name, p.Alert.Name, p.Verdict, p.Reason)
				continue
			}
			if len(p.Incidents) != max(1, len(p.Alert.Tier)) {
				t.Errorf("%s: %s: %d incidents for %d pairs of windows", name, p.Alert.Name, len(p.Incidents), len(p.Alert.Tier))
			}
			for _, one := range p.Incidents {
				if one.FiresAfter < p.Alert.For || one.ResolvesAfter < 0 {
					t.Errorf("%s: %s fires after %s and resolves after %s", name, p.Alert.Name, one.FiresAfter, one.ResolvesAfter)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("proven alerts by case (-want +got):\n%s", diff)
	}
}

// TestBadTimeFiresOnceItFillsTheLongWindow: evaluations are bad or good, and no share of each; a tier fires when enough of them were bad.
func TestBadTimeFiresOnceItFillsTheLongWindow(t *testing.T) {
	for _, p := range proven(t, compiled(t, "../../golden/slo-slice", "."), "FreshBurnRatePage", "QuickBurnRatePage", "ShortQueueBurnRateTicket") {
		first, tier := p.Incidents[0], p.Alert.Tier[0]
		theory := time.Duration(tier.Factor * (1 - p.Alert.SLO.Objective) * float64(tier.Long))
		if late := first.FiresAfter - theory; late < 0 || late > 6*time.Minute {
			t.Errorf("%s fires after %s, in theory after %s", p.Alert.Name, first.FiresAfter, theory)
		}
	}
}

// TestATierThatCannotFireAloneIsNamed: evaluations are too far apart for bad time that one tier stands and the other does not.
func TestATierThatCannotFireAloneIsNamed(t *testing.T) {
	proofs := proven(t, compiled(t, "testdata/tight", "."), "TightBurnRatePage", "LooseBurnRatePage")
	hidden := map[string]int{}
	for _, p := range proofs {
		if hidden[p.Alert.Name] = len(p.Hidden); p.Verdict != Proven || len(p.Incidents)+len(p.Hidden) != 2 {
			t.Errorf("%s is %s (%s) with %d incidents", p.Alert.Name, p.Verdict, p.Reason, len(p.Incidents))
		}
	}
	if diff := cmp.Diff(map[string]int{"TightBurnRatePage": 1, "LooseBurnRatePage": 0}, hidden); diff != "" {
		t.Error(diff)
	}
	var table bytes.Buffer
	if err := Print(&table, proofs); err != nil || !strings.Contains(table.String(), "6× budget over 6h      only together with the faster one") {
		t.Errorf("%v\n%s", err, table.String())
	}
}

// TestWhatIsWrongWithAnObjectiveIsNotProven breaks the rules of objectives in ways that no parser minds.
func TestWhatIsWrongWithAnObjectiveIsNotProven(t *testing.T) {
	for name, c := range map[string]struct {
		spec, rule, slo, from, to string // the rule is an alert or a record, in whose expression from becomes to
		alert                     string
		verdict                   Verdict
		reason                    string
	}{
		"traffic per minute":           {"slo-traffic", "ShopIsQuiet", "", "< 0.5", "< 30", "ShopIsQuiet", Insensitive, "which is enough"},
		"traffic of half":              {"slo-traffic", "ShopIsQuiet", "", "< 0.5", "< 0.25", "ShopIsQuiet", Unproven, "less than there has to be"},
		"traffic that needs series":    {"slo-traffic", "ShopIsQuiet", "", "or on () vector(0)", "", "ShopIsQuiet", Unproven, "once the series are gone"},
		"no data of another objective": {"slo-traffic", "ShopIsGone", "", `slo="availability"`, `slo="other"`, "ShopIsGone", Insensitive, "although there is data"},
		"no data that excuses nobody":  {"slo-slice", "FreshNoData", "", `unless on () up{job="shop",namespace="web"} == 1`, "unless on () up == 7", "FreshNoData", Insensitive, "while targets of the service are up"},
		"a slice on the wrong side":    {"slo-slice", "slo:bad:slice", "fresh", ">= bool 93600", "< bool 93600", "FreshBurnRatePage", Insensitive, "less than makes"},
		"a slice of hours":             {"slo-slice", "slo:bad:slice", "fresh", ">= bool 93600", ">= bool 26", "FreshBurnRatePage", Insensitive, "less than makes"},
		"a slice of milliseconds":      {"slo-slice", "slo:bad:slice", "quick", ">= bool 0.5", ">= bool 500", "QuickBurnRatePage", Unproven, "it never fires"},
		"events that nobody counts":    {"slo-events", "slo:bad:rate5m", "routes", `code!~"5.."`, `code=~".*"`, "RoutesBurnRatePage", Unproven, "it never fires"},
		"a share of all groups": {
			"slo-by", "slo:error_ratio:rate1h", "latency", "/ sum by (pod) (rate(", "/ on () group_left () sum(rate(",
			"LatencyBurnRatePage", Unproven, "no long window holds enough errors before 30m",
		},
		"a burn that counts few events": {"slo-traffic", "AvailabilityBurnRatePage", "", ">= 100", ">= 1", "AvailabilityBurnRatePage", Insensitive, "fewer than the 100"},
	} {
		t.Run(name, func(t *testing.T) {
			in := compiled(t, "../../golden/"+c.spec, ".")
			replaced := false
			for _, g := range in.Groups {
				for r := range g.Rules {
					rule := &g.Rules[r]
					if rule.Alert != c.rule && (rule.Record != c.rule || rule.Labels.Get("slo") != c.slo) {
						continue
					}
					replaced = replace(t, rule, c.from, c.to) || replaced
				}
			}
			if !replaced {
				t.Fatalf("%s has no %s", c.rule, c.from)
			}
			p := proven(t, in, c.alert)[0]
			if p.Verdict != c.verdict || !strings.Contains(p.Reason, c.reason) {
				t.Errorf("%s: %s, want %s: …%s…", p.Verdict, p.Reason, c.verdict, c.reason)
			}
		})
	}
}

// replace changes the text of a rule's expression.
func replace(t *testing.T, rule *simulate.Rule, from, to string) bool {
	t.Helper()
	text := rule.Expr.String()
	changed := strings.ReplaceAll(text, from, to)
	if changed == text {
		t.Logf("%s", text)
		return false
	}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(changed)
	if err != nil {
		t.Fatal(err)
	}
	rule.Expr = expr
	return true
}

// TestWhatHasNoValueIsSaidInWords: an alert on missing series has neither a level nor a value, and one on traffic has them in its unit.
func TestWhatHasNoValueIsSaidInWords(t *testing.T) {
	in := compiled(t, "../../golden/slo-traffic", ".")
	in.Timelines = true
	proofs := proven(t, in, "ShopIsGone", "ShopIsQuiet")
	if i := slices.IndexFunc(proofs, func(p Proof) bool { return p.Alert.Kind == ir.AlertNoData }); len(proofs[i].Incidents[0].Timeline) > 0 {
		t.Error("missing series have a timeline")
	}
	record := string(Record("shop", "", proofs).Data)
	for _, row := range []string{
		"| ShopIsGone | critical | PROVEN | no data | no data | 34m30s | no data | 30s |",
		"| ShopIsQuiet | warning | PROVEN | 0.5 requests per second | 0.25 requests per second | 8m30s | 0.25 requests per second | 1m30s | 0 requests per second after 7m30s |",
	} {
		if !strings.Contains(record, row) {
			t.Errorf("no %q in:\n%s", row, record)
		}
	}
	var text bytes.Buffer
	for i := range proofs {
		if err := PrintDetails(&text, &proofs[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(text.String(), "0.5 requests per second ┤··") {
		t.Errorf("the plot of traffic has no threshold:\n%s", text.String())
	}
}
