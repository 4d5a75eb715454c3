package e2e

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pythonService records something in every metric of golden/instrument-python and exposes it.
const pythonService = `
import sys, time
from prometheus_client import REGISTRY, start_http_server
from shop.metrics import Metrics
from shop.test_metrics import record_all

metrics = Metrics()
record_all(metrics)
start_http_server(int(sys.argv[1]), addr="127.0.0.1", registry=REGISTRY)
time.sleep(600)
`

// startPython runs the service in a folder until the test ends, and returns the address of its metrics.
func startPython(t *testing.T, dir string) string {
	t.Helper()
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	service := exec.CommandContext(t.Context(), python(t), "-B", "-c", pythonService, port)
	service.Dir = dir
	var log strings.Builder
	service.Stdout, service.Stderr = &log, &log
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = service.Process.Kill()
		_ = service.Wait() // it was killed
		if t.Failed() {
			t.Logf("the service printed:\n%s", &log)
		}
	})
	url := "http://" + address + "/metrics"
	within(t, patience, func() error {
		response, err := http.Get(url)
		return answer(response, err, nil)
	})
	return url
}

// checkService compares a running service with the spec and returns the findings about it.
func checkService(t *testing.T, place string) []string {
	t.Helper()
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	text, err := attempt(t, root, belfry, "check", "./golden/instrument-python", "--metrics", place)
	var found []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, "[exposed/") || strings.Contains(line, "[read/") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	if err != nil && found == nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return found
}

// TestARunningPythonServiceIsWhatTheSpecDeclares asks a service in both formats.
func TestARunningPythonServiceIsWhatTheSpecDeclares(t *testing.T) {
	url := startPython(t, pythonOf(t, "./golden/instrument-python"))
	if found := checkService(t, url); found != nil {
		t.Errorf("OpenMetrics: %q", found)
	}
	response, err := http.Get(url) // without asking for OpenMetrics
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || strings.Contains(string(text), "# EOF") {
		t.Fatalf("this is not Prometheus' text format: %v\n%s", err, text)
	}
	if found := checkService(t, write(t, "metrics.txt", text)); found != nil {
		t.Errorf("text format: %q", found)
	}
}

// TestARunningPythonServiceThatWasChangedIsTold changes the module behind the spec's back.
func TestARunningPythonServiceThatWasChangedIsTold(t *testing.T) {
	dir := pythonOf(t, "./golden/instrument-python")
	file := filepath.Join(dir, "shop", "metrics.py")
	module, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(
		`buckets=(0.1, 0.5, 1.0, 5.0)`, `buckets=(0.1, 0.5, 2.0, 5.0)`,
		`"carts_total",`, `"cart_total",`,
		"                unit=\"bytes\",\n", "",
		"        self._payments_total.start()\n", "",
		`("method", "route", "status"),`, `("method", "path", "status"),`,
	).Replace(string(module))
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	found := strings.Join(checkService(t, startPython(t, dir)), "\n")
	for _, want := range []string{
		"error[exposed/buckets]: metrics.http_request_duration_seconds.buckets: ", "it lacks 1, and has 2 besides",
		"error[exposed/missing]: metrics.carts_total: carts_total is exposed as cart_total",
		"error[exposed/labels]: metrics.http_requests_total.labels.route: http_requests_total is exposed with the label path instead of route",
		"warning[exposed/series]: metrics.payments_total: 5 of the 6 series of payments_total are not exposed",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("not found: %s", want)
		}
	}
	if n := strings.Count(found, "exposed/"); n != 4 {
		t.Errorf("%d findings:\n%s", n, found)
	}
}

// TestPromtoolHasNothingAgainstTheMetricsBesideWhatTheSpecAccepts lints what the reference's module exposes as Prometheus'
// own tool does.
func TestPromtoolHasNothingAgainstTheMetricsBesideWhatTheSpecAccepts(t *testing.T) {
	text, err := runPython(t, pythonOf(t, "./spec"), "-c", `
from prometheus_client import CollectorRegistry, generate_latest
from aiagent import Metrics
from test_aiagent import record_all

registry = CollectorRegistry()
record_all(Metrics(registry))
print(generate_latest(registry).decode(), end="")`)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	lint := exec.CommandContext(t.Context(), installed(t, "promtool"), "check", "metrics")
	lint.Stdin = strings.NewReader(text)
	printed, _ := lint.CombinedOutput() // it ends with 3 where there are problems
	const accepted = `use base unit "seconds" instead of "milliseconds"`
	found := 0
	for line := range strings.Lines(string(printed)) {
		name, problem, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.HasSuffix(name, "_created"): // of the client library
		case problem == accepted:
			found++
		default:
			t.Errorf("promtool says: %s", line)
		}
	}
	if found != 3 {
		t.Errorf("%d metrics are in milliseconds, and the spec accepts 3:\n%s", found, printed)
	}
}
