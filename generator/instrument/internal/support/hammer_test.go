package support

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// made returns metrics with the registry that exposes them.
func made(t testing.TB) (*Metrics, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	m, err := New(registry)
	if err != nil {
		t.Fatal(err)
	}
	return m, registry
}

// exposed sums a metric's series by the values of their labels, joined.
func exposed(t testing.TB, registry *prometheus.Registry, name string) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			var labels []string
			for _, label := range metric.GetLabel() {
				labels = append(labels, label.GetValue())
			}
			if family.GetName() == name {
				sums[strings.Join(labels, " ")] += metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetHistogram().GetSampleSum()
			}
		}
	}
	return sums
}

func TestNoEventIsLostWhenManyGoroutinesLearnValuesAtOnce(t *testing.T) {
	m, registry := made(t)
	const goroutines, rounds = 8, 2000
	var group sync.WaitGroup
	for g := range goroutines {
		group.Go(func() {
			for i := range rounds {
				m.HTTPRequestsTotal("/tickets/"+strconv.Itoa((i+g)%200), MethodGET, "200").Inc()
				if i%500 == 0 {
					if _, err := registry.Gather(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	counts := exposed(t, registry, "ai_agent_http_requests_total")
	total := 0.0
	for _, count := range counts {
		total += count
	}
	if total != goroutines*rounds {
		t.Errorf("%g requests of %d were counted", total, goroutines*rounds)
	}
	if len(counts) != 51 {
		t.Errorf("%d series, want 50 endpoints and other", len(counts))
	}
}

func TestEverythingMayBeUsedByManyGoroutinesAtOnce(t *testing.T) {
	m, registry := made(t)
	const goroutines, rounds = 8, 500
	var group sync.WaitGroup
	for g := range goroutines {
		group.Go(func() {
			for i := range rounds {
				text := strconv.Itoa(i % 30)
				m.CachedTotal(EngineText, FoundYes, text).Inc()
				m.LLMResponseDurationSeconds(text, ProviderAnthropic).Start().Stop()
				m.QueueDepth(PriorityHigh).Add(1)
				m.QueueDepth(PriorityHigh).Add(-1)
				switch gauge := m.QueueDepth(PriorityLow); i % 3 {
				case 0:
					gauge.Func(func() int { return g })
				case 1:
					gauge.Set(i)
				default:
					gauge.Func(nil)
				}
				m.SetDeploymentVersionInfo(text, text)
				if i%100 == 0 {
					if _, err := registry.Gather(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	sum := 0.0
	for _, count := range exposed(t, registry, "ai_agent_cached_total") {
		sum += count
	}
	if depth := exposed(t, registry, "ai_agent_queue_depth")["high"]; sum != goroutines*rounds || depth != 0 {
		t.Errorf("%v of %d events are counted, and %v wait", sum, goroutines*rounds, depth)
	}
}

func TestValuesThatCannotBeLabelsShareOther(t *testing.T) {
	m, registry := made(t)
	for _, endpoint := range []string{"", "\xff", strings.Repeat("x", 257), "other"} {
		m.HTTPRequestsTotal(endpoint, MethodGET, "200").Inc()
	}
	m.HTTPRequestsTotal("/", MethodGET, "teapot").Inc()
	counts := exposed(t, registry, "ai_agent_http_requests_total")
	if counts["other GET 200"] != 4 || counts["/ GET other"] != 1 || len(counts) != 2 {
		t.Errorf("counted %v", counts)
	}
}

func TestZeroLabelIsNoSeries(t *testing.T) {
	m, registry := made(t)
	m.HTTPRequestsTotal("/", Method{}, "200").Inc()
	m.TicketsProcessedTotal(CategoryBugReport, Channel{}).Inc()
	for series, count := range exposed(t, registry, "ai_agent_tickets_processed_total") {
		if count != 0 {
			t.Errorf("%s is %g", series, count)
		}
	}
	if counts := exposed(t, registry, "ai_agent_http_requests_total"); len(counts) != 0 {
		t.Errorf("counted %v", counts)
	}
}

func TestCountersBeginAtZeroAndGaugesWhenTheyAreKnown(t *testing.T) {
	m, registry := made(t)
	if series := exposed(t, registry, "ai_agent_tickets_processed_total"); len(series) != 6 {
		t.Errorf("%d of 6 series of the counter are exposed", len(series))
	}
	if series := exposed(t, registry, "ai_agent_queue_depth"); len(series) != 0 {
		t.Errorf("the gauge exposes %v before anything is known", series)
	}
	m.QueueDepth(PriorityHigh).Set(5)
	m.QueueDepth(PriorityHigh).Add(-2)
	if series := exposed(t, registry, "ai_agent_queue_depth"); series["high"] != 3 || len(series) != 1 {
		t.Errorf("the gauge exposes %v", series)
	}
}

func TestTimesAreExposedInTheUnitOfTheMetric(t *testing.T) {
	m, registry := made(t)
	m.ResponseDurationMilliseconds().Observe(1500 * time.Millisecond)
	m.ResponseDurationMilliseconds().Observe(-time.Hour)
	m.LLMResponseDurationSeconds("claude", ProviderAnthropic).Observe(1500 * time.Millisecond)
	m.BatchBusySecondsTotal().Add(250 * time.Millisecond)
	m.BatchBusySecondsTotal().Add(-time.Hour)
	for name, want := range map[string]float64{
		"ai_agent_response_duration_milliseconds": 1500,
		"ai_agent_llm_response_duration_seconds":  1.5,
		"ai_agent_batch_busy_seconds_total":       0.25,
	} {
		for labels, got := range exposed(t, registry, name) {
			if got != want {
				t.Errorf("%s{%s} = %g, want %g", name, labels, got, want)
			}
		}
	}
}

func TestInfoIsOneSeriesWithTheLatestFacts(t *testing.T) {
	m, registry := made(t)
	m.SetDeploymentVersionInfo("abc", "1.0")
	m.SetDeploymentVersionInfo("d\xff", "1.1")
	series := exposed(t, registry, "ai_agent_deployment_version_info")
	if len(series) != 1 || series["d\uFFFD 1.1"] != 1 {
		t.Errorf("exposes %v", series)
	}
}

func TestFailedRegistrationLeavesNothingBehind(t *testing.T) {
	registry := prometheus.NewRegistry()
	taken := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "ai_agent_queue_depth", Help: "Tickets that wait"}, []string{"priority"})
	registry.MustRegister(taken)
	if _, err := New(registry); err == nil {
		t.Fatal("two metrics of one name were registered")
	}
	registry.Unregister(taken)
	if _, err := New(registry); err != nil {
		t.Error(err)
	}
}
