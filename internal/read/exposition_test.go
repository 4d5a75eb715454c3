package read_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
	"github.com/belfry-dev/belfry/internal/unit"
)

const prometheusText = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",method="GET"} 12
http_requests_total{code="500",method="GET"} 1 1700000000000

# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="2.5"} 1
latency_seconds_bucket{le="+Inf"} 2
latency_seconds_sum 3
latency_seconds_count 2
# TYPE gc summary
gc{quantile="0.5",job="a\"b"} 1
gc_sum{job="a\"b"} 1
gc_count{job="a\"b"} 1
lonely 1
`

func at(line int) diag.Pos { return diag.Pos{File: "metrics", Line: line, Col: 1} }

func TestAnExpositionSaysWhatMetricsThereAre(t *testing.T) {
	metrics, findings, err := read.Exposition(strings.NewReader(prometheusText), "metrics")
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	want := []read.Metric{
		{Name: "gc", Type: "summary", Series: 1, Quantiles: []float64{0.5}, Pos: at(12),
			Labels: []read.MetricLabel{{Name: "job", Series: 1, Distinct: 1, Values: []string{`a"b`}}}},
		{Name: "http_requests_total", Type: "counter", Help: "Requests.", Series: 2, Pos: at(1), Labels: []read.MetricLabel{
			{Name: "code", Series: 2, Distinct: 2, Values: []string{"200", "500"}}, {Name: "method", Series: 2, Distinct: 1, Values: []string{"GET"}}}},
		{Name: "latency_seconds", Type: "histogram", Series: 1, Buckets: []float64{0.1, 2.5}, Pos: at(6)},
		{Name: "lonely", Type: "unknown", Series: 1, Pos: at(16)},
	}
	if diff := cmp.Diff(want, metrics, withoutEach); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]map[string]string{{"code": "200", "method": "GET"}, {"code": "500", "method": "GET"}}, metrics[1].Each); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]map[string]string{{}}, metrics[2].Each); diff != "" {
		t.Errorf("a histogram is one series: %s", diff)
	}
}

// withoutEach leaves out the labels of every series.
var withoutEach = cmpopts.IgnoreFields(read.Metric{}, "Each")

func TestOpenMetricsAreKnownByTheirLastLine(t *testing.T) {
	text := "# TYPE requests counter\n# UNIT disk_bytes bytes\n# TYPE disk_bytes gauge\nrequests_total 1 # {trace=\"x\"} 1\n" +
		"requests_created 1\ndisk_bytes 2\n# TYPE build info\nbuild_info{version=\"1\"} 1\n# TYPE idle counter\n# EOF\n"
	metrics, findings, err := read.Exposition(strings.NewReader(text), "metrics")
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	want := []read.Metric{
		{Name: "build_info", Type: "info", Series: 1, Pos: at(7), Labels: []read.MetricLabel{{Name: "version", Series: 1, Distinct: 1, Values: []string{"1"}}}},
		{Name: "disk_bytes", Type: "gauge", Unit: "bytes", Series: 1, Pos: at(2)},
		{Name: "idle_total", Type: "counter", Pos: at(9)},
		{Name: "requests_total", Type: "counter", Series: 1, Pos: at(1)},
	}
	if diff := cmp.Diff(want, metrics, withoutEach); diff != "" {
		t.Error(diff)
	}
}

func TestAWrongLineIsReportedAndTheOthersAreRead(t *testing.T) {
	text := "a 1\nb{ 2\n\n# TYPE c colour\nc 3\r\nd{x=\"y\"} notanumber\ne 5"
	metrics, findings, err := read.Exposition(strings.NewReader(text), "metrics")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range metrics {
		names = append(names, m.Name)
	}
	var lines []int
	for _, d := range findings {
		lines = append(lines, d.Pos.Line)
		if d.Code != "read/exposition" || d.Help == "" {
			t.Errorf("got %+v", d)
		}
	}
	if diff := cmp.Diff([]string{"a", "c", "e"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2, 4, 6}, lines); diff != "" {
		t.Error(diff)
	}
}

func TestManyWrongLinesAreCounted(t *testing.T) {
	page := "# TYPE up gauge\n" + strings.Repeat("<p>Not found.\n", 1000)
	metrics, findings, err := read.Exposition(strings.NewReader(page), "metrics")
	if err != nil || len(metrics) != 1 {
		t.Fatal(metrics, err)
	}
	if len(findings) != 21 || !strings.Contains(findings[20].Message, "980 more") {
		t.Errorf("%d findings, the last: %v", len(findings), findings[len(findings)-1])
	}
}

func TestAnExpositionIsScrapedAsPrometheusWould(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, open := range []bool{true, false} {
		server := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: open}))
		metrics, findings, err := read.ExpositionFrom(t.Context(), remote.Access{Timeout: 2 * time.Minute}, server.URL)
		server.Close()
		if err != nil || len(findings) > 0 {
			t.Fatal(err, findings)
		}
		byName := map[string]read.Metric{}
		for _, m := range metrics {
			byName[m.Name] = m
		}
		for name, kind := range map[string]string{"go_goroutines": "gauge", "process_cpu_seconds_total": "counter", "go_gc_duration_seconds": "summary"} {
			if got := byName[name]; string(got.Type) != kind || got.Series == 0 {
				t.Errorf("OpenMetrics %v: %s is %+v", open, name, got)
			}
		}
	}
}

func TestATargetThatFailsIsAnError(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, _, err := read.ExpositionFrom(t.Context(), remote.Access{Timeout: 2 * time.Minute}, server.URL)
	if err == nil || !strings.HasPrefix(err.Error(), server.URL+": there is nothing at this path (404 Not Found)") {
		t.Errorf("got %v", err)
	}
}

func TestAnExpositionThatIsTooLargeIsRefused(t *testing.T) {
	_, findings, err := read.Exposition(bytes.NewReader(make([]byte, 64<<20+1)), "metrics")
	if err != nil || len(findings) != 1 || findings[0].Code != "read/too-large" {
		t.Errorf("got %v, %v", findings, err)
	}
}

func TestWhatWasSeenIsNotAllThatThereIs(t *testing.T) {
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "m_bytes{user=\"%d\"} 1\n", i)
	}
	text.WriteString("cpu_seconds_total{mode=\"idle\"} 1\ncpu_seconds_total 1\n")
	metrics, _, err := read.Exposition(strings.NewReader(text.String()), "metrics")
	if err != nil {
		t.Fatal(err)
	}
	if got := metrics[1].Labels[0]; got.Series != 2000 || got.Distinct != 1000 || got.Values != nil {
		t.Errorf("got %+v", got)
	}
	cpu, bytes := metrics[0].Described(), metrics[1].Described()
	if cpu.Unit.Known() || cpu.Closed || cpu.Labels[0].Presence != promql.May || cpu.Labels[0].Values != nil {
		t.Errorf("got %+v", cpu)
	}
	data, err := unit.Parse("B")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Unit != promql.In(data) || !bytes.Closed || bytes.Labels[0].Presence != promql.Must || bytes.Labels[0].Values != nil {
		t.Errorf("got %+v", bytes)
	}
}

func TestAnEndingOfANameIsAUnit(t *testing.T) {
	for ending, want := range map[string]string{
		"seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns", "minutes": "min", "hours": "h", "days": "d", "bytes": "B",
		"bits": "bit", "ratio": "ratio", "ratios": "ratio", "percent": "percent",
	} {
		for _, name := range []string{"x_" + ending, "x_" + ending + "_total"} {
			if got := (read.Metric{Name: name}).Described().Unit; !got.Known() || got.Unit.String() != want {
				t.Errorf("%s: got %v, want %s", name, got, want)
			}
		}
	}
	for _, name := range []string{"x", "x_things_total", "process_cpu_seconds_total", "process_start_time_seconds"} {
		if got := (read.Metric{Name: name}).Described().Unit; got.Known() {
			t.Errorf("%s: %v is a guess", name, got)
		}
	}
}

func BenchmarkExposition(b *testing.B) {
	var text strings.Builder
	text.WriteString("# TYPE http_requests_total counter\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "http_requests_total{code=\"200\",method=\"GET\",path=\"/%d\"} %d\n", i%50, i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, _, err := read.Exposition(strings.NewReader(text.String()), "metrics"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAFileThatIsNoExpositionIsOneFinding(t *testing.T) {
	service := "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  ports:\n    - name: web\n      port: 80\n"
	metrics, findings, err := read.Exposition(strings.NewReader(service), "service.yaml")
	if err != nil || len(metrics) > 0 || len(findings) != 1 || !strings.Contains(findings[0].Message, "7 of 8 lines are no metric") {
		t.Error(metrics, findings, err)
	}
}
