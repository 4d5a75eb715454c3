package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// failure puts the demo into one of the failures that the service's guide simulates, and says which alerts that is to fire.
type failure struct {
	name   string
	begin  func(d *demo)
	firing []string // before end is called
	end    func(d *demo)
	after  []string // that fire besides until everything is well again
}

// simulated are the failures. Objectives are left out: their windows are of hours and days, and golden/burnrate evaluates
// them on as many.
var simulated = []failure{
	{
		name:   "errors",
		begin:  func(d *demo) { d.post("/test/errors?count=200") },
		firing: []string{"HighErrorRate", "LowSystemAvailability", "WarningErrorRate"},
	},
	{
		name:   "slow answers",
		begin:  func(d *demo) { d.post("/test/slow?duration=12s") },
		firing: []string{"CriticalResponseTime", "WarningResponseTime"},
		end:    func(d *demo) { d.post("/test/slow?duration=0s") },
	},
	{
		name: "paused processing",
		begin: func(d *demo) {
			d.post("/test/pause-processing")
			for range 600 {
				d.ticket()
			}
		},
		firing: []string{"CriticalQueueDepth", "WarningQueueDepth"},
		end:    func(d *demo) { d.post("/test/resume-processing") },
		// Those who have waited are answered late.
		after: []string{"CriticalResponseTime", "WarningResponseTime"},
	},
	{
		name:  "language model",
		begin: func(d *demo) { d.post("/test/llm-failure?on=true") },
		// What the model does not answer, people must.
		firing: []string{"CriticalAIResolutionRate", "HighEscalationRate", "HighLLMAPIFailureRate", "WarningAIResolutionRate"},
		end:    func(d *demo) { d.post("/test/llm-failure?on=false") },
	},
	{
		name:   "cost",
		begin:  func(d *demo) { d.post("/test/cost?dollars=350") },
		firing: []string{"CriticalAPICost", "WarningAPICost"},
	},
	{
		name: "gone",
		begin: func(d *demo) {
			d.service.stop()
			d.exporter.stop()
		},
		firing: []string{"AWSCostStale", "ServiceDown"},
		end: func(d *demo) {
			d.service.start(d.t)
			d.exporter.start(d.t)
		},
	},
}

// TestFailuresOfTheDemoFireWhatTheyShould runs the demo, the cost exporter and Prometheus with what the reference compiles
// to. Each failure must make its alerts fire and no others, and all must resolve when it is over.
func TestFailuresOfTheDemoFireWhatTheyShould(t *testing.T) {
	programs := buildPrograms(t)
	t.Run("all", func(t *testing.T) { // returns when the parallel ones have ended
		for _, r := range releases {
			prometheus := r.program(t, "prometheus")
			for _, f := range simulated {
				t.Run(r.name+"/"+f.name, func(t *testing.T) {
					t.Parallel()
					d := startDemo(t, programs, prometheus)
					d.isWell()
					f.happensTo(d)
				})
			}
		}
	})
}

// happensTo runs one failure from beginning to end.
func (f failure) happensTo(d *demo) {
	d.t.Helper()
	fired := map[string]bool{}
	f.begin(d)
	within(d.t, patience, func() error { return d.watch(fired, f.firing) })
	if f.end != nil {
		f.end(d)
	}
	want := slices.Sorted(slices.Values(slices.Concat(f.firing, f.after)))
	within(d.t, patience, func() error {
		if err := d.watch(fired, want); err != nil {
			return err
		}
		return d.quiet()
	})
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(fired))); diff != "" {
		d.t.Errorf("alerts that fired (-want +got):\n%s", diff)
	}
}

// demo is one demo with what watches it.
type demo struct {
	t                 *testing.T
	service, exporter *program
	prometheus        server
	aws               string // query of the dashboard's panel of the AWS cost
}

// startDemo runs the three, and sends tickets until the test ends.
func startDemo(t *testing.T, programs programs, prometheus string) *demo {
	t.Helper()
	service, exporter := freeAddress(t), freeAddress(t)
	folder := compiledWith(t, fmt.Sprintf("service: scrape: targets: [%q]\nmetrics: ai_agent_aws_infrastructure_cost_dollars: source: awsCostExplorer: target: %q", service, exporter))
	d := &demo{t: t, aws: panelQuery(t, folder, "AWS cost, month to date")}
	d.service = &program{path: programs.demo, arguments: []string{"-listen", service, "-speed", "20"}, address: "http://" + service}
	d.exporter = &program{
		path: programs.exporter, address: "http://" + exporter,
		arguments: []string{
			"-config", filepath.Join(folder, "..", "exporter", "aws-cost", "config.json"), "-state", t.TempDir(), "-listen", exporter,
			"-endpoint", costExplorer(t),
		},
	}
	d.service.start(t)
	d.exporter.start(t)
	shorten(t, folder)
	d.prometheus = start(t, folder, prometheus, "--config.file=prometheus.yaml", "--storage.tsdb.path="+t.TempDir())
	d.sendTickets()
	return d
}

// sendTickets sends 25 a second.
func (d *demo) sendTickets() {
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(time.Second / 25)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				d.ticket()
			}
		}
	}()
	d.t.Cleanup(func() {
		close(ended)
		<-done
	})
}

// ticket sends one ticket. The answer does not matter: it may be a failure that is simulated.
func (d *demo) ticket() {
	response, err := http.Post(d.service.address+"/api/v1/tickets", "application/json", strings.NewReader(`{"subject":"Test"}`))
	if err == nil {
		response.Body.Close()
	}
}

func (d *demo) post(path string) {
	d.t.Helper()
	response, err := http.Post(d.service.address+path, "", nil)
	if err := answer(response, err, nil); err != nil {
		d.t.Fatalf("POST %s: %v", path, err)
	}
}

// isWell waits until everything is measured, AWS' cost too, and nothing fires.
func (d *demo) isWell() {
	d.t.Helper()
	within(d.t, patience, func() error {
		if err := d.prometheus.hasValue(`sum(rate(ai_agent_tickets_processed_total{job="ai-agent"}[2500ms])) > 5`, ""); err != nil {
			return err
		}
		return d.prometheus.hasValue(d.aws, "60.25")
	})
	within(d.t, patience, d.quiet)
}

// quiet returns an error while an alert is pending or firing.
func (d *demo) quiet() error {
	active, err := d.prometheus.alerts()
	if err != nil || len(active) == 0 {
		return err
	}
	return fmt.Errorf("active alerts: %v", active)
}

// watch adds the alerts that fire, and returns an error while one that is wanted never has.
func (d *demo) watch(fired map[string]bool, want []string) error {
	active, err := d.prometheus.alerts()
	if err != nil {
		return err
	}
	for name, state := range active {
		if state == "firing" {
			fired[name] = true
		}
	}
	for _, name := range want {
		if !fired[name] {
			return fmt.Errorf("%s does not fire; active alerts: %v", name, active)
		}
	}
	return nil
}

// alerts are those that are pending or firing, by name.
func (s server) alerts() (map[string]string, error) {
	var answer struct {
		Data struct {
			Alerts []struct {
				Labels map[string]string
				State  string
			}
		}
	}
	err := s.get("/api/v1/alerts", &answer)
	active := map[string]string{}
	for _, alert := range answer.Data.Alerts {
		if name := alert.Labels["alertname"]; active[name] != "firing" {
			active[name] = alert.State
		}
	}
	return active, err
}

// hasValue returns an error while a query has not one value, or not the one that is wanted.
func (s server) hasValue(query, want string) error {
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := s.get("/api/v1/query?query="+url.QueryEscape(query), &answer); err != nil {
		return err
	}
	if len(answer.Data.Result) != 1 || want != "" && answer.Data.Result[0].Value[1] != want {
		return fmt.Errorf("%s is %v, want %s", query, answer.Data.Result, want)
	}
	return nil
}
