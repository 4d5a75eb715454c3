package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"sigs.k8s.io/yaml"
)

// programs are the paths of what runs beside Prometheus.
type programs struct{ demo, exporter string }

func buildPrograms(t *testing.T) programs {
	t.Helper()
	built := programs{demo: filepath.Join(work, "demo"), exporter: filepath.Join(work, "belfry-cost-exporter")}
	if _, err := command(".", "go", "build", "-o", built.demo, "./demo"); err != nil {
		t.Fatal(err)
	}
	if _, err := command(filepath.Join(root, "cmd", "belfry-cost-exporter"), "go", "build", "-o", built.exporter, "."); err != nil {
		t.Fatal(err)
	}
	return built
}

// program is one that can be stopped and started again.
type program struct {
	path      string
	arguments []string
	address   string // such as http://127.0.0.1:43215
	command   *exec.Cmd
	log       bytes.Buffer
}

// start returns when the program answers at /metrics. It ends with the test.
func (p *program) start(t *testing.T) {
	t.Helper()
	p.command = exec.Command(p.path, p.arguments...)
	p.command.Stdout, p.command.Stderr = &p.log, &p.log
	p.command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true")
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	started := p.command
	t.Cleanup(func() {
		if p.command == started {
			p.stop()
		}
		if t.Failed() {
			t.Logf("%s printed:\n%s", filepath.Base(p.path), p.log.String())
		}
	})
	within(t, patience, func() error {
		response, err := http.Get(p.address + "/metrics")
		if err == nil {
			response.Body.Close()
		}
		return err
	})
}

// stop ends the program and waits until it has.
func (p *program) stop() {
	if p.command == nil {
		return
	}
	_ = p.command.Process.Signal(syscall.SIGTERM)
	_ = p.command.Wait() // the log says why it ended
	p.command = nil
}

// costExplorer answers as Cost Explorer does, for the month that it is asked for: a cost and a credit.
func costExplorer(t *testing.T) string {
	t.Helper()
	group := func(name, amount string) map[string]any {
		return map[string]any{"Keys": []string{name}, "Metrics": map[string]any{"UnblendedCost": map[string]string{"Amount": amount, "Unit": "USD"}}}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var question struct{ TimePeriod map[string]string }
		if err := json.NewDecoder(r.Body).Decode(&question); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"ResultsByTime": []any{map[string]any{
			"TimePeriod": question.TimePeriod, "Groups": []any{group("Amazon EC2", "100.25"), group("Credits", "-40")},
		}}})
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// panelQuery is the first query of a panel of the cost dashboard.
func panelQuery(t *testing.T, prometheusFolder, title string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(prometheusFolder, "..", "grafana", "dashboards", "cost.json"))
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, panel := range dashboard.Panels {
		if panel.Title == title {
			return panel.Targets[0].Expr
		}
	}
	t.Fatalf("no panel is called %q", title)
	return ""
}

// How much faster than in life time passes for the rules.
const (
	faster       = 120
	longestRange = 20 * time.Second        // of a query, so that an incident leaves it soon
	shortestFor  = 1500 * time.Millisecond // three scrapes: one that is late on a busy machine is no incident
	tick         = "500ms"                 // scrapes and evaluations
)

var ranges = regexp.MustCompile(`\[(\w+)\]`)

// shorten rewrites prometheus.yaml and rules.yaml in place: scrapes and evaluations come at each tick, ranges and waiting
// times are shorter, and the groups of objectives are left out.
func shorten(t *testing.T, folder string) {
	t.Helper()
	config := filepath.Join(folder, "prometheus.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	put(t, config, waits.ReplaceAllString(string(text), "${1}"+tick))
	path := filepath.Join(folder, "rules.yaml")
	if text, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name     string           `json:"name"`
			Interval string           `json:"interval"`
			Rules    []map[string]any `json:"rules"`
		} `json:"groups"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	kept := file.Groups[:0]
	for _, group := range file.Groups {
		if strings.HasPrefix(group.Name, "ai-agent-slo-") {
			continue
		}
		group.Interval = tick
		for _, rule := range group.Rules {
			rule["expr"] = ranges.ReplaceAllStringFunc(rule["expr"].(string), func(text string) string {
				return "[" + shorter(t, strings.Trim(text, "[]"), 0, longestRange) + "]"
			})
			if wait, ok := rule["for"].(string); ok {
				rule["for"] = shorter(t, wait, shortestFor, time.Hour)
			}
		}
		kept = append(kept, group)
	}
	file.Groups = kept
	if text, err = yaml.Marshal(file); err != nil {
		t.Fatal(err)
	}
	put(t, path, string(text))
}

// shorter is a Prometheus duration as it passes here, between two bounds.
func shorter(t *testing.T, text string, least, most time.Duration) string {
	t.Helper()
	d, err := model.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return model.Duration(min(max(time.Duration(d)/faster, least), most)).String()
}
