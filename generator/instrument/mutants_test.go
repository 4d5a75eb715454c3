package instrument

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestContractFailsWhereTheCodeIsChanged changes the generated code in the ways that people do by hand, and runs the generated
// test: it must name the metric.
func TestContractFailsWhereTheCodeIsChanged(t *testing.T) {
	mutants := []struct{ name, file, old, new, metric string }{
		{"renamed", "counters.go", `Name: "ai_agent_tickets_processed_total"`, `Name: "ai_agent_processed_tickets_total"`, "ai_agent_tickets_processed_total"},
		{"rehelped", "counters.go", `Help: "Tickets processed"`, `Help: "Tickets that were processed"`, "ai_agent_tickets_processed_total"},
		{"rebucketed", "histograms.go", `[]float64{100, 250, 500, 1000, 30000}`, `[]float64{100, 250, 500, 1500, 30000}`, "ai_agent_response_duration_milliseconds"},
		{"unbucketed", "histograms.go", `		Buckets: []float64{100, 250, 500, 1000, 30000},`, ``, "ai_agent_response_duration_milliseconds"},
		{"rescaled", "histograms.go", `m.responseDurationMilliseconds, m, time.Millisecond`, `m.responseDurationMilliseconds, m, time.Second`, "ai_agent_response_duration_milliseconds"},
		{"classic", "histograms.go", `NativeHistogramBucketFactor:     1.1,`, ``, "ai_agent_prompt_tokens"},
		{"relabelled", "gauges.go", `[]string{"priority"}`, `[]string{"level"}`, "ai_agent_queue_depth"},
		{
			"labelled", "counters.go", "\t\tHelp: \"Retries\",\n", "\t\tHelp: \"Retries\",\n\t\tConstLabels: prometheus.Labels{\"region\": \"eu\"},\n",
			"ai_agent_retries_total",
		},
		{"typed", "gauges.go", `Name: "ai_agent_queue_depth"`, `Name: "ai_agent_queue_depth_total"`, "ai_agent_queue_depth"},
		{"unregistered", "metrics.go", "\t\tnewQueueDepth(m),\n", "", "ai_agent_queue_depth"},
		{"valued", "labels.go", `"web", "email"}`, `"web", "mail"}`, "ai_agent_tickets_processed_total"},
		{"excluded", "counters.go", "\tfor i0 := 1; i0 < len(valuesOfEngine)", "\texcluded = func(...string) bool { return false }\n\tfor i0 := 1; i0 < len(valuesOfEngine)", "ai_agent_searches_total"},
	}
	root, err := os.MkdirTemp(".", "_mutants")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	files := emit(t, support(t))
	arguments := []string{"test", "-run", "^TestContract$"}
	for _, mutant := range mutants {
		dir := filepath.Join(root, mutant.name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		changed := false
		for _, file := range files {
			data := file.Data
			if filepath.Base(file.Path) == mutant.file {
				data = bytes.Replace(data, []byte(mutant.old), []byte(mutant.new), 1)
				changed = !bytes.Equal(data, file.Data)
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(file.Path)), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if !changed {
			t.Errorf("%s: %s has no %q to change", mutant.name, mutant.file, mutant.old)
		}
		arguments = append(arguments, "./"+filepath.ToSlash(dir))
	}
	output, _ := exec.Command("go", arguments...).CombinedOutput() // that it fails is what the packages' own lines say
	for _, mutant := range mutants {
		if !failedNaming(string(output), mutant.name, mutant.metric) {
			t.Errorf("%s: the contract test does not fail on %s:\n%s", mutant.name, mutant.metric, output)
		}
	}
}

// failedNaming reports whether the tests of a package failed, and their messages named the metric. The go command prints a
// package's messages before its verdict.
func failedNaming(output, name, metric string) bool {
	var messages strings.Builder
	for line := range strings.Lines(output) {
		switch fields := strings.Fields(line); {
		case len(fields) < 2 || fields[0] != "FAIL" && fields[0] != "ok":
			messages.WriteString(line)
		case strings.HasSuffix(fields[1], "/"+name):
			return fields[0] == "FAIL" && strings.Contains(messages.String(), metric)
		default:
			messages.Reset()
		}
	}
	return false
}
