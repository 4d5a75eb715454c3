package support

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestMemoryStaysBoundedWhateverValuesComeIn(t *testing.T) {
	m, registry := made(t)
	m.HTTPRequestsTotal("/", MethodGET, "200").Inc()
	before := heap()
	const values = 1_000_000
	for i := range values {
		m.HTTPRequestsTotal("/tickets/"+strconv.Itoa(i), MethodGET, "200").Inc()
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("%d bytes are kept of %d values", grown, values)
	}
	if series := exposed(t, registry, "ai_agent_http_requests_total"); len(series) != 51 {
		t.Errorf("%d series, want 50 endpoints and other", len(series))
	}
	overflows := exposed(t, registry, "label_overflows_total")
	if got := overflows["endpoint ai_agent_http_requests_total"]; got != values-49 { // "/" was the first of the 50
		t.Errorf("%v overflows of %v are counted", got, values-49)
	}
	runtime.KeepAlive(m)
}

// heap is what is in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestExcludedCombinationsAreNeverExposed(t *testing.T) {
	m, registry := made(t)
	m.SearchesTotal(EngineVector, FoundStale).Inc()
	m.CachedTotal(EngineVector, FoundStale, "m").Inc()
	m.CachedTotal(EngineText, FoundStale, "m").Inc()
	if series := exposed(t, registry, "ai_agent_searches_total"); len(series) != 5 {
		t.Errorf("exposes %v", series)
	}
	if series := exposed(t, registry, "ai_agent_cached_total"); len(series) != 1 || series["text stale m"] != 1 {
		t.Errorf("exposes %v", series)
	}
}

func TestLazySeriesBeginWhenTheyAreUsed(t *testing.T) {
	m, registry := made(t)
	if series := exposed(t, registry, "ai_agent_retries_total"); len(series) != 0 {
		t.Errorf("exposes %v before anything happened", series)
	}
	m.RetriesTotal(PriorityHigh).Inc()
	if series := exposed(t, registry, "ai_agent_retries_total"); len(series) != 1 {
		t.Errorf("exposes %v", series)
	}
}

func TestGaugeIsReadAtEachScrape(t *testing.T) {
	m, registry := made(t)
	depth, gauge := 3, m.QueueDepth(PriorityLow)
	gauge.Func(func() int { return depth })
	for _, depth = range []int{7, 5} {
		if series := exposed(t, registry, "ai_agent_queue_depth"); series["low"] != float64(depth) || len(series) != 1 {
			t.Errorf("exposes %v, want %d", series, depth)
		}
	}
	gauge.Func(func() int { panic("the pool is closed") })
	if series := exposed(t, registry, "ai_agent_queue_depth"); len(series) != 0 {
		t.Errorf("exposes %v of a function that panics", series)
	}
	gauge.Func(nil)
	gauge.Set(2)
	if series := exposed(t, registry, "ai_agent_queue_depth"); series["low"] != 2 {
		t.Errorf("exposes %v, want 2 after the function has ended", series)
	}
}

func TestHandleOfAGaugeExposesNothing(t *testing.T) {
	m, registry := made(t)
	_ = m.QueueDepth(PriorityLow)
	if series := exposed(t, registry, "ai_agent_queue_depth"); len(series) != 0 {
		t.Errorf("exposes %v before anything is known", series)
	}
}

func TestPointInTimeIsSecondsSince1970(t *testing.T) {
	m, registry := made(t)
	m.LastBatchTimestampSeconds().Set(time.Unix(1_700_000_000, 500_000_000))
	m.OldestTicketAgeSeconds().Func(func() time.Duration { return 90 * time.Second })
	if got := exposed(t, registry, "ai_agent_last_batch_timestamp_seconds")[""]; got != 1_700_000_000.5 {
		t.Errorf("exposes %v", got)
	}
	m.LastBatchTimestampSeconds().Func(func() time.Time { return time.Unix(1_700_000_001, 0) })
	if got := exposed(t, registry, "ai_agent_last_batch_timestamp_seconds")[""]; got != 1_700_000_001 {
		t.Errorf("exposes %v", got)
	}
	if got := exposed(t, registry, "ai_agent_oldest_ticket_age_seconds")[""]; got != 90 {
		t.Errorf("exposes %v", got)
	}
}

func TestTraceThatIsSampledIsTheExemplar(t *testing.T) {
	m, registry := made(t)
	type sampled struct{}
	m.TraceID = func(ctx context.Context) string {
		id, _ := ctx.Value(sampled{}).(string)
		return id
	}
	for _, id := range []string{"", "4bf92f3577b34da6", "\xff", strings.Repeat("x", 200)} {
		ctx := context.WithValue(context.Background(), sampled{}, id)
		m.TicketsProcessedTotal(CategoryBugReport, ChannelWeb).IncContext(ctx)
		m.ResponseDurationMilliseconds().ObserveContext(ctx, time.Second)
		m.SpentDollarsTotal().AddContext(ctx, 0.5)
		m.BatchBusySecondsTotal().AddContext(ctx, time.Second)
		m.PromptTokens().ObserveContext(ctx, 5)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	traces := map[string]string{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if exemplar := metric.GetCounter().GetExemplar(); exemplar != nil {
				traces[family.GetName()] += exemplar.GetLabel()[0].GetName() + "=" + exemplar.GetLabel()[0].GetValue()
			}
			for _, bucket := range metric.GetHistogram().GetBucket() {
				if exemplar := bucket.GetExemplar(); exemplar != nil {
					traces[family.GetName()] += exemplar.GetLabel()[0].GetName() + "=" + exemplar.GetLabel()[0].GetValue()
				}
			}
		}
	}
	for _, name := range []string{
		"ai_agent_tickets_processed_total", "ai_agent_response_duration_milliseconds", "ai_agent_spent_dollars_total", "ai_agent_batch_busy_seconds_total",
	} {
		if traces[name] != "trace_id=4bf92f3577b34da6" {
			t.Errorf("%s has the exemplars %q", name, traces[name])
		}
	}
	if got := exposed(t, registry, "ai_agent_spent_dollars_total")[""]; got != 2 {
		t.Errorf("%v dollars are counted, want 2", got)
	}
}

func TestTimerRecordsWhatHasPassed(t *testing.T) {
	m, registry := made(t)
	timer := m.ResponseDurationMilliseconds().Start()
	time.Sleep(2 * time.Millisecond)
	passed := timer.Stop()
	if got := exposed(t, registry, "ai_agent_response_duration_milliseconds")[""]; got < 2 || got != float64(passed)/1e6 {
		t.Errorf("%v ms are recorded, %v have passed", got, passed)
	}
}

func TestTrackRecordsHowAnOperationEnds(t *testing.T) {
	m, registry := made(t)
	operation := Operation{
		Succeeded: m.LLMAPIRequestsTotal("m", ProviderOpenai, StatusSuccess),
		Failed:    m.LLMAPIRequestsTotal("m", ProviderOpenai, StatusError),
		Panicked:  m.LLMAPIRequestsTotal("panic", ProviderOpenai, StatusError),
		Duration:  m.LLMResponseDurationSeconds("m", ProviderOpenai),
		Running:   m.QueueDepth(PriorityHigh),
	}
	failure := errors.New("no answer")
	for _, want := range []error{nil, failure} {
		err := operation.Track(context.Background(), func(context.Context) error {
			if running := exposed(t, registry, "ai_agent_queue_depth")["high"]; running != 1 {
				t.Errorf("%v operations run, want 1", running)
			}
			return want
		})
		if err != want {
			t.Errorf("Track returned %v, want %v", err, want)
		}
	}
	func() {
		defer func() {
			if reason := recover(); reason != "out of tokens" {
				t.Errorf("the panic became %v", reason)
			}
		}()
		_ = operation.Track(context.Background(), func(context.Context) error { panic("out of tokens") })
	}()
	counts := exposed(t, registry, "ai_agent_llm_api_requests_total")
	if counts["m openai success"] != 1 || counts["m openai error"] != 1 || counts["panic openai error"] != 1 {
		t.Errorf("counted %v", counts)
	}
	if running := exposed(t, registry, "ai_agent_queue_depth")["high"]; running != 0 {
		t.Errorf("%v operations run, want none", running)
	}
	if err := (Operation{}).Track(context.Background(), func(context.Context) error { return failure }); err != failure {
		t.Errorf("the empty operation returned %v", err)
	}
}

func TestNothingIsAllocatedToRecord(t *testing.T) {
	m, _ := made(t)
	ctx := context.Background()
	for name, record := range map[string]func(){
		"counter":       func() { m.TicketsProcessedTotal(CategoryBugReport, ChannelWeb).IncContext(ctx) },
		"capped labels": func() { m.HTTPRequestsTotal("/tickets", MethodGET, "200").Inc() },
		"overflow":      func() { m.HTTPRequestsTotal("", MethodGET, "teapot").Inc() },
		"histogram":     func() { m.LLMResponseDurationSeconds("m", ProviderOpenai).ObserveContext(ctx, time.Second) },
		"gauge":         func() { m.QueueDepth(PriorityHigh).Set(1) },
		"timer":         func() { m.ResponseDurationMilliseconds().Start().Stop() },
	} {
		record()
		if allocations := testing.AllocsPerRun(100, record); allocations != 0 && !testing.Short() {
			t.Errorf("%s: %v allocations", name, allocations)
		}
	}
}
