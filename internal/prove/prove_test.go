package prove

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/rulefile"
	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/witness"
	"github.com/belfry-dev/belfry/schema"
)

// reference is what is proven of the reference spec.
func reference(t testing.TB) Input {
	t.Helper()
	return compiled(t, "../..", "./spec")
}

// compiled is what is proven of a spec.
func compiled(t testing.TB, dir, pattern string) Input {
	t.Helper()
	packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{pattern}})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	p, found := lower.Lower(lower.Input{Spec: packages[0].Spec, OwnsPlatform: true, Locate: packages[0].Locate})
	if found.HasErrors() {
		t.Fatal(found)
	}
	text := rulefile.Writer{Prometheus: p.Platform.Versions.Prometheus, Indent: 2}.AppendGroups([]byte("groups:\n"), p.Groups)
	groups, err := ReadGroups(text, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Program: p, Groups: groups}
}

func proven(t *testing.T, in Input, names ...string) []Proof {
	t.Helper()
	proofs, err := Prove(t.Context(), in, names...)
	if err != nil {
		t.Fatal(err)
	}
	return proofs
}

func TestEveryAlertOfTheReferenceIsProven(t *testing.T) {
	in := reference(t)
	proofs := proven(t, in)
	if len(proofs) != len(in.Program.Alerts) || len(proofs) < 26 {
		t.Fatalf("%d proofs of %d alerts", len(proofs), len(in.Program.Alerts))
	}
	for _, p := range proofs {
		if p.Verdict != Proven {
			t.Errorf("%s is %s: %s", p.Alert.Name, p.Verdict, p.Reason)
			continue
		}
		first := p.Incidents[0]
		if first.FiresAfter < p.Alert.For || first.ResolvesAfter <= 0 {
			t.Errorf("%s fires after %s, which is less than its %s, or resolves after %s", p.Alert.Name, first.FiresAfter, p.Alert.For, first.ResolvesAfter)
		}
		if p.Alert.Query != nil && past(p.Alert, first.Value) < 0 {
			t.Errorf("%s fires at %g, before its threshold %g", p.Alert.Name, first.Value, p.Alert.Threshold.Value)
		}
		if p.Alert.SLO != nil && len(p.Incidents) != max(1, len(p.Alert.Tier)) {
			t.Errorf("%s: %d incidents for %d pairs of windows", p.Alert.Name, len(p.Incidents), len(p.Alert.Tier))
		}
	}
}

// past is how far a value is past an alert's threshold.
func past(a *ir.Alert, value float64) float64 {
	if a.Threshold.Above {
		return value - a.Threshold.Value
	}
	return a.Threshold.Value - value
}

// TestDetectionKeepsToTheory: a burn-rate alert fires once errors fill threshold/share of the long window, and resolves once they have left
// as much of the short one (SRE workbook, chapter 5). Longer windows are made of five-minute rates, which lag.
func TestDetectionKeepsToTheory(t *testing.T) {
	const late = 6 * time.Minute
	for _, p := range proven(t, reference(t), "AvailabilityBurnRatePage", "LatencyBurnRateTicket") {
		for i, tier := range p.Alert.Tier {
			incident := p.Incidents[i]
			theory := time.Duration(tier.Factor * (1 - p.Alert.SLO.Objective) / incident.Level * float64(tier.Long))
			if late := incident.FiresAfter - theory; late < -time.Minute || late > 6*time.Minute {
				t.Errorf("%s, %s: fires after %s, in theory after %s", p.Alert.Name, incident.Name, incident.FiresAfter, theory)
			}
			if incident.ResolvesAfter > p.Alert.Tier[len(p.Alert.Tier)-1].Short+late {
				t.Errorf("%s, %s: resolves after %s", p.Alert.Name, incident.Name, incident.ResolvesAfter)
			}
		}
	}
}

// TestAThresholdIsProvenWhereverItsSignalCanBe: twice and half of a threshold may be where its signal never is.
func TestAThresholdIsProvenWhereverItsSignalCanBe(t *testing.T) {
	in := compiled(t, "testdata/buckets", ".")
	proofs := proven(t, in)
	if len(proofs) != len(in.Program.Alerts) || len(proofs) != 9 {
		t.Errorf("%d proofs of %d alerts", len(proofs), len(in.Program.Alerts))
	}
	for _, p := range proofs {
		if p.Verdict != Proven {
			t.Errorf("%s is %s: %s", p.Alert.Name, p.Verdict, p.Reason)
			continue
		}
		if level := p.Incidents[0].Level; past(p.Alert, level) <= 0 || level > 5 {
			t.Errorf("%s: an incident at %g", p.Alert.Name, level)
		}
	}
}

// TestWhatIsWrongIsNotProven breaks the shipped rules in ways that no parser minds.
func TestWhatIsWrongIsNotProven(t *testing.T) {
	set := func(alert, expr string) func(*testing.T, []simulate.Group) {
		return func(t *testing.T, groups []simulate.Group) {
			t.Helper()
			parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
			if err != nil {
				t.Fatal(err)
			}
			for g := range groups {
				for r := range groups[g].Rules {
					if rule := &groups[g].Rules[r]; rule.Alert == alert || rule.Record == alert {
						rule.Expr = parsed
					}
				}
			}
		}
	}
	const rate = `service:error_rate:share_5m{namespace="ai-support",service="ai-agent"}`
	for _, c := range []struct {
		name, alert string
		damage      func(*testing.T, []simulate.Group)
		verdict     Verdict
		reason      string
	}{
		{"six percent written as a number of percent", "HighErrorRate", set("HighErrorRate", rate+" > 5"), Unproven, "silent at 5.025 %, past its threshold"},
		{"a threshold of half", "HighErrorRate", set("HighErrorRate", rate+" > 0.025"), Insensitive, "fires at 4.975 %"},
		{"always true", "HighErrorRate", set("HighErrorRate", "vector(1)"), Insensitive, "fires at 4.975 %"},
		{"a recording that nothing records", "HighErrorRate", set("HighErrorRate", `service:error_rate:share_9m > 0.05`), Unproven, "silent"},
		{"a recording of another job", "HighErrorRate", set("service:error_rate:share_5m", `sum(rate(ai_agent_http_requests_total{job="other"}[5m]))`), Unproven, "silent"},
		{"the two sides never match", "TokenBudgetExhaustion", set("TokenBudgetExhaustion",
			`sum(increase(ai_agent_llm_tokens_total[1h])) / ai_agent_llm_token_budget_hourly > 0.9`), Unproven, "silent"},
		{"the wrong direction", "LowCustomerSatisfaction", set("LowCustomerSatisfaction", `avg(ai_agent_customer_satisfaction_score) > 85`), Insensitive, "fires at"},
		{"a sum over replicas that show the same", "CriticalQueueDepth", set("service:queue_depth:value", `sum(ai_agent_queue_depth)`), Insensitive, "fires at"},
		{"true every other minute", "HighErrorRate", set("HighErrorRate", rate+" > 0.05 and on() (minute() % 2 == 0)"), Unproven, "silent"},
		{"burn of one window alone", "AvailabilityBurnRatePage", set("AvailabilityBurnRatePage", `slo:error_ratio:rate5m{slo="availability"} > 0.03`), Insensitive, "under the threshold of 14.4×"},
		{"a burn that nothing records", "AvailabilityBurnRatePage", set("slo:error_ratio:rate1h", `vector(0)`), Unproven, "14.4× over 1h: it never fires"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := reference(t)
			c.damage(t, in.Groups)
			p := proven(t, in, c.alert)[0]
			if p.Verdict != c.verdict || !strings.Contains(p.Reason, c.reason) {
				t.Errorf("%s: %s, want %s: …%s…", p.Verdict, p.Reason, c.verdict, c.reason)
			}
		})
	}
}

func TestAnAlertWithoutARuleIsNotProven(t *testing.T) {
	in := reference(t)
	in.Groups = nil
	if p := proven(t, in, "HighErrorRate")[0]; p.Verdict != Unproven || p.Reason != "no rule group has it" {
		t.Errorf("%s: %s", p.Verdict, p.Reason)
	}
}

func TestAnAlertThatReachesNobodyIsNotProven(t *testing.T) {
	const toNobody = "route: {receiver: nobody, routes: [{matchers: [severity=\"warning\"], receiver: team}]}\nreceivers: [{name: nobody}, {name: team, webhook_configs: [{url: http://localhost}]}]\n"
	pipeline, err := notify.New([]byte(toNobody), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pipeline.Close()
	in := reference(t)
	in.Notify = pipeline
	proofs := proven(t, in, "HighErrorRate", "WarningErrorRate")
	if p := proofs[0]; p.Verdict != Unproven || p.Reason != "it fires, and Alertmanager tells nobody: receiver nobody sends nothing" {
		t.Errorf("%s: %s", p.Verdict, p.Reason)
	}
	if p := proofs[1]; p.Verdict != Proven || !slices.Equal(p.Receivers(), []string{"team"}) {
		t.Errorf("%s: %s, %v", p.Verdict, p.Reason, p.Receivers())
	}
}

// TestAWitnessGivesTheValueThatWasWanted evaluates every signal of the reference over the series that were made for a value.
func TestAWitnessGivesTheValueThatWasWanted(t *testing.T) {
	in := reference(t)
	driven, world := 0, witness.NewWorld(in.Program)
	for _, s := range in.Program.Signals {
		driver := world.Driver(s.Default.Expr)
		if driver.Settle() > 25*time.Hour {
			continue
		}
		for _, value := range []float64{0.013, 0.37, 0.92, 7, 700} {
			state, err := driver.State(value)
			if err != nil {
				continue // a share is not 700, and a quantile not beyond the last bucket: their own tests
			}
			series := scraped([]phase{{state, driver.Settle() + stale}, {state, time.Minute}}, 30*time.Second)
			matrix, err := simulate.NewMemory(series).Range(t.Context(), s.Default.Text, simulate.Steps{First: epoch, Last: epoch, Every: time.Minute})
			if err != nil || len(matrix) == 0 {
				t.Errorf("%s at %g: %d results, %v", s.Name, value, len(matrix), err)
				continue
			}
			want := value
			if strings.HasPrefix(s.Default.Text, "round(") {
				want = math.Round(value)
			}
			allowed := 1e-9 * want
			if strings.Contains(s.Default.Text, "time()") {
				allowed = 1e-6 // seconds since 1970 have no more digits
			}
			for _, one := range matrix {
				if got := one.Floats[0].F; math.Abs(got-want) > allowed {
					t.Errorf("%s: %g, want %g: %s of %v", s.Name, got, want, s.Default.Text, state)
				}
			}
			driven++
		}
	}
	if driven < 120 {
		t.Errorf("only %d values of signals could be driven", driven)
	}
}

func TestTheRecordIsTheSameEachTimeAndNamesWhatItProves(t *testing.T) {
	in := reference(t)
	shipped := []artifact.Artifact{{Path: "prometheus/rules.yaml", Kind: artifact.Rules, Data: []byte("a")}}
	hash := Hash(shipped)
	first := Record("ai-agent", hash, proven(t, in))
	second := Record("ai-agent", hash, proven(t, in))
	if diff := cmp.Diff(string(first.Data), string(second.Data)); diff != "" {
		t.Errorf("two records differ:\n%s", diff)
	}
	if RecordHash(first.Data) != hash {
		t.Errorf("the record is headed by %q, want %s", RecordHash(first.Data), hash)
	}
	shipped[0].Data = []byte("b")
	if Hash(shipped) == hash {
		t.Error("other rules have the same hash")
	}
	for _, a := range in.Program.Alerts {
		if !strings.Contains(string(first.Data), "| "+a.Name+" | "+a.Severity+" | PROVEN |") {
			t.Errorf("%s is not in the record", a.Name)
		}
	}
}

// TestBlindSpotsAreWhatTheAlertCannotDoWithout: an error rate needs its counter; that all targets are gone shows without any series.
func TestBlindSpotsAreWhatTheAlertCannotDoWithout(t *testing.T) {
	for _, p := range proven(t, reference(t), "HighErrorRate", "ServiceDown", "HighMemoryUsage") {
		want := map[string][]string{
			"HighErrorRate": {"ai_agent_http_requests_total"}, "ServiceDown": nil,
			"HighMemoryUsage": {"container_memory_working_set_bytes", "kube_pod_container_resource_limits"},
		}[p.Alert.Name]
		if diff := cmp.Diff(want, p.Blind); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Alert.Name, diff)
		}
	}
}

func TestOtherAlertsThatFireInTheSameIncidentAreNamed(t *testing.T) {
	var names []string
	for _, other := range proven(t, reference(t), "HighErrorRate")[0].Incidents[0].Along {
		names = append(names, other.Alert)
	}
	if diff := cmp.Diff([]string{"LowSystemAvailability", "WarningErrorRate"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// BenchmarkReference proves all alerts, and those on thresholds alone.
func BenchmarkReference(b *testing.B) {
	in := reference(b)
	var thresholds []string
	for _, a := range in.Program.Alerts {
		if a.SLO == nil {
			thresholds = append(thresholds, a.Name)
		}
	}
	for name, chosen := range map[string][]string{"all": nil, "thresholds": thresholds} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Prove(b.Context(), in, chosen...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
