package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exposed is what a replica of the service exposes: every request fails, and the queue is longer than it may be. Two labels have
// the names of labels of the target.
const exposed = `# TYPE ai_agent_http_requests_total counter
ai_agent_http_requests_total{method="GET",endpoint="/tickets",status="500"} %d
# TYPE ai_agent_queue_depth gauge
ai_agent_queue_depth{priority="high"} 600
# TYPE ai_agent_aws_infrastructure_cost_dollars gauge
ai_agent_aws_infrastructure_cost_dollars{service="Amazon EC2"} 100
`

// replica serves metrics on a loopback address and returns host:port.
func replica(t *testing.T, host string) string {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	var scrapes atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(w, exposed, 10*scrapes.Add(1))
	}))
	s.Listener.Close()
	s.Listener = listener
	s.Start()
	t.Cleanup(s.Close)
	return listener.Addr().String()
}

// withTargets compiles the reference spec for fixed addresses.
func withTargets(t *testing.T, addresses ...string) string {
	t.Helper()
	quoted := make([]string, len(addresses))
	for i, address := range addresses {
		quoted[i] = strconv.Quote(address)
	}
	return compiledWith(t, "service: scrape: targets: ["+strings.Join(quoted, ", ")+"]")
}

// compiledWith compiles the reference spec, as a package of somebody else's repository, with more of a spec, and returns
// the folder of what is for Prometheus.
func compiledWith(t *testing.T, more string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "spec"), os.DirFS(filepath.Join(root, "spec"))); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(folder, "spec", "more.cue"), "package monitoring\n\n"+more+"\n")
	put(t, filepath.Join(folder, "cue.mod", "module.cue"), "module: \"example.com/monitoring\"\nlanguage: version: \"v0.17.0\"\n")
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := command(folder, belfry, "generate", "./spec"); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "out", "prometheus")
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

var waits = regexp.MustCompile(`(?m)^(\s*(?:scrape_interval|scrape_timeout|evaluation_interval|interval): ).*$`)

// TestPrometheusScrapesReplicasAsTheRulesExpect runs the generated configuration, its waits shortened, against two replicas.
func TestPrometheusScrapesReplicasAsTheRulesExpect(t *testing.T) {
	first, second := replica(t, "127.0.0.1"), replica(t, "127.0.0.2")
	folder := withTargets(t, first, second)
	for _, name := range []string{"prometheus.yaml", "rules.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, name), waits.ReplaceAllString(string(text), "${1}1s"))
	}
	target := func(address, pod string, more map[string]string) map[string]string {
		labels := map[string]string{
			"job": "ai-agent", "namespace": "ai-support", "service": "ai-support-agent-metrics", "endpoint": "metrics",
			"container": "ai-agent", "instance": address, "pod": pod,
		}
		for name, value := range more {
			labels[name] = value
		}
		return labels
	}
	want := map[string]map[string]string{
		"up 127.0.0.1": target(first, "127.0.0.1", map[string]string{"__name__": "up"}),
		"up 127.0.0.2": target(second, "127.0.0.2", map[string]string{"__name__": "up"}),
	}
	requests := map[string]string{"__name__": "ai_agent_http_requests_total", "method": "GET", "exported_endpoint": "/tickets", "status": "500"}
	cost := map[string]string{"__name__": "ai_agent_aws_infrastructure_cost_dollars", "exported_service": "Amazon EC2"}
	for pod, address := range map[string]string{"127.0.0.1": first, "127.0.0.2": second} {
		want[requests["__name__"]+" "+pod] = target(address, pod, requests)
		want[cost["__name__"]+" "+pod] = target(address, pod, cost)
	}
	eachRelease(t, func(t *testing.T, r release) {
		s := startPrometheus(t, r, folder, "prometheus.yaml")
		within(t, patience, func() error { return s.hasSeries(want) })
		within(t, patience, func() error { return s.hasAlerts("CriticalQueueDepth", "WarningQueueDepth", "HighErrorRate") })
	})
}

// hasSeries compares the labels of the stored series, by name and pod.
func (s server) hasSeries(want map[string]map[string]string) error {
	query := `{__name__=~"up|ai_agent_http_requests_total|ai_agent_aws_infrastructure_cost_dollars",job="ai-agent"}`
	var answer struct {
		Data struct {
			Result []struct{ Metric map[string]string }
		}
	}
	if err := s.get("/api/v1/query?query="+url.QueryEscape(query), &answer); err != nil {
		return err
	}
	got := map[string]map[string]string{}
	for _, series := range answer.Data.Result {
		got[series.Metric["__name__"]+" "+series.Metric["pod"]] = series.Metric
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("series (-want +got):\n%s", diff)
	}
	return nil
}

// hasAlerts wants alerts that are pending or firing, and none that says that the service is down.
func (s server) hasAlerts(want ...string) error {
	var answer struct {
		Data struct {
			Alerts []struct{ Labels map[string]string }
		}
	}
	if err := s.get("/api/v1/alerts", &answer); err != nil {
		return err
	}
	got := map[string]bool{}
	for _, alert := range answer.Data.Alerts {
		got[alert.Labels["alertname"]] = true
	}
	for _, name := range want {
		if !got[name] {
			return fmt.Errorf("%s is not active, of %v", name, got)
		}
	}
	if got["ServiceDown"] {
		return fmt.Errorf("ServiceDown is active although both replicas are up")
	}
	return nil
}
