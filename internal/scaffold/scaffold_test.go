package scaffold

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
)

// TestTheExampleHasNothingToBeToldOf compiles the example with everything that it becomes.
func TestTheExampleHasNothingToBeToldOf(t *testing.T) {
	for _, service := range []string{"shop", "a", "9-lives", strings.Repeat("long-name-", 5) + "end"} {
		compiled(t, Options{Service: service, Client: "go"})
	}
}

// compiled writes the files, compiles them, and wants no finding.
func compiled(t *testing.T, o Options) []generator.Artifact {
	t.Helper()
	made, err := Files(o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if found, err := Write(dir, append(made, Language()...)); err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	for _, f := range made {
		if path.Ext(f.Path) != ".cue" {
			continue
		}
		formatted, err := format.Source(f.Data)
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		if diff := cmp.Diff(string(formatted), string(f.Data)); diff != "" {
			t.Errorf("cue fmt changes %s (-formatted +made):\n%s", f.Path, diff)
		}
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"./spec"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Diagnostics) > 0 {
		t.Fatalf("service %s has findings: %v", o.Service, result.Diagnostics)
	}
	return result.Outputs[0].Artifacts
}

// TestRealExpositionsMakeSpecsThatPass makes specs of what node_exporter 1.12, Prometheus 2.42, Alertmanager 0.25 and a program over
// Python's client expose, in both formats. What is made is compiled, and has nothing to be told of.
func TestRealExpositionsMakeSpecsThatPass(t *testing.T) {
	for name, want := range map[string][]string{ // alerts
		"node":               {"ServiceDown"},
		"prometheus":         {"AvailabilityBurnRatePage", "HighErrorRate", "LatencyBurnRateTicket", "SlowResponses", "ServiceDown"},
		"alertmanager":       {"ServiceDown"},
		"python":             {"AvailabilityBurnRatePage", "HighErrorRate", "LatencyBurnRateTicket", "SlowResponses", "ServiceDown"},
		"python-openmetrics": {"AvailabilityBurnRatePage", "HighErrorRate", "LatencyBurnRateTicket", "SlowResponses", "ServiceDown"},
		"grpc":               {"AvailabilityBurnRatePage", "HighErrorRate", "LatencyBurnRateTicket", "SlowResponses", "ServiceDown"},
	} {
		t.Run(name, func(t *testing.T) {
			o, sketched := sketchOf(t, filepath.Join("testdata", name+".txt"))
			if sketched.Metrics < 3 {
				t.Errorf("only %d metrics are declared", sketched.Metrics)
			}
			rules := ""
			for _, a := range compiled(t, o) {
				if a.Path == "prometheus/rules.yaml" {
					rules = string(a.Data)
				}
			}
			for _, alert := range want {
				if !strings.Contains(rules, "alert: "+alert+"\n") {
					t.Errorf("there is no alert %s", alert)
				}
			}
		})
	}
}

func sketchOf(t *testing.T, file string) (Options, Sketched) {
	t.Helper()
	metrics, found, err := read.ExpositionFrom(t.Context(), remote.Access{}, file)
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	o, sketched, err := Sketch(Options{Service: "shop"}, metrics, file)
	if err != nil {
		t.Fatal(err)
	}
	return o, sketched
}

// TestWhatIsGuessedOfMetrics is a table of what becomes of one metric each.
func TestWhatIsGuessedOfMetrics(t *testing.T) {
	for _, c := range []struct{ exposed, want string }{
		{"# TYPE a_requests_total counter\na_requests_total{code=\"200\"} 1", `a_requests_total: {
		type: "counter", unit: "requests", help: "A requests."
		labels: code: {max: 20, pattern: "[1-5][0-9][0-9]"}`},
		{"# HELP a_x_total Things  that\\nhappen\n# TYPE a_x_total counter\na_x_total{kind=\"slow\"} 1\na_x_total{kind=\"fast\"} 1", `type: "counter", help: "Things that happen"
		labels: kind: ["fast", "slow"]`},
		{"# TYPE a_x_total counter\na_x_total{kind=\"slow\",way=\"in\"} 1\na_x_total{kind=\"fast\",way=\"out\"} 1", `type: "counter", init: "lazy"`},
		{"# TYPE a_x_total counter\na_x_total{path=\"/a\"} 1\na_x_total{path=\"/b\"} 1", `labels: path: max: 10`},
		{"# TYPE a_sent_bytes_total counter\na_sent_bytes_total 1", `unit: "B"`},
		{"# TYPE a_memory_bytes gauge\na_memory_bytes 1", `{type: "gauge", unit: "B", replicas: "add"`},
		{"# TYPE a_hit_ratio gauge\na_hit_ratio 1", `{type: "gauge", unit: "ratio", replicas: "mean"`},
		{"# TYPE a_last_run_timestamp_seconds gauge\na_last_run_timestamp_seconds 1", `{type: "gauge", unit: "s", replicas: "same"`},
		{"# TYPE a_build_info gauge\na_build_info{version=\"1\"} 1", `{
		type: "info", help: "A build info."
		labels: version: max: 10`},
		{"a_things 1", "// Exposed without a type: taken for a gauge.\n"},
		{"a_things_total 1", "// Exposed without a type: the name says counter.\n"},
		{"# TYPE a_x gauge\na_x{job=\"b\"} 1", "// - a_x: it has a label job, which is Prometheus' own"},
		{"# TYPE a_x summary\na_x_count 1", "// - a_x: it is a summary"},
		{"# TYPE a_s histogram\na_s_bucket{le=\"0.5\"} 1\na_s_bucket{le=\"2\"} 1\na_s_bucket{le=\"+Inf\"} 1\na_s_count 1\na_s_sum 1", "buckets: [0.5, 2]"},
		{"# TYPE go_goroutines gauge\ngo_goroutines 1\n# TYPE go_threads gauge\ngo_threads 1\n# TYPE a_x gauge\na_x 1", "of the process: go_… (2)."},
	} {
		file := filepath.Join(t.TempDir(), "metrics.txt")
		if err := os.WriteFile(file, []byte(c.exposed+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		o, _ := sketchOf(t, file)
		made := string(o.Spec[MetricsPath])
		if !strings.Contains(withoutTabs(made), withoutTabs(c.want)) {
			t.Errorf("%s\nbecomes\n%s\nwithout\n%s", c.exposed, made, c.want)
		}
	}
}

func withoutTabs(text string) string { return strings.ReplaceAll(text, "\t", "") }

// FuzzSketch looks for expositions that become a spec with mistakes.
func FuzzSketch(f *testing.F) {
	f.Add("# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 1\n")
	f.Add("# TYPE up gauge\nup 1\n# TYPE requests_rate gauge\nrequests_rate 1\n")
	f.Add("# TYPE x histogram\nx_bucket{le=\"1\",a=\"\"} 1\nx_bucket{le=\"+Inf\",a=\"\"} 1\n")
	f.Add("a_b_total{c=\"d\"} 1\na_b 2\na_b_created 3\n")
	f.Add("# TYPE targets gauge\ntargets 1\n# TYPE response_time gauge\nresponse_time 1\n")
	f.Add("# TYPE a_seconds histogram\na_seconds_bucket{le=\"-1\"} 1\na_seconds_bucket{le=\"0\"} 1\na_seconds_bucket{le=\"1e-9\"} 1\na_seconds_bucket{le=\"+Inf\"} 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		metrics, found, err := read.Exposition(strings.NewReader(text), "metrics")
		if err != nil || len(found) > 0 || len(metrics) == 0 || len(metrics) > 20 {
			return
		}
		if _, _, err := Sketch(Options{Service: "shop"}, metrics, "metrics"); err != nil {
			t.Error(err)
		}
	})
}

// TestGoVersionIsThatOfTheModule compares with go.mod: what a repository pins must be built by the Go that it names.
func TestGoVersionIsThatOfTheModule(t *testing.T) {
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if match := regexp.MustCompile(`(?m)^go (.*)$`).FindSubmatch(content); match == nil || string(match[1]) != GoVersion {
		t.Errorf("go.mod says %q, and GoVersion is %s", match, GoVersion)
	}
}

func TestWriteOverwritesNothing(t *testing.T) {
	elsewhere := t.TempDir()
	for name, prepare := range map[string]func(dir string) error{
		"Makefile is there already": func(dir string) error { return os.WriteFile(filepath.Join(dir, "Makefile"), []byte("mine"), 0o644) },
		"Makefile is":               func(dir string) error { return os.Symlink("/nowhere", filepath.Join(dir, "Makefile")) },
		"nothing is written: spec is there already": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "spec"), []byte("mine"), 0o644)
		},
		": spec is": func(dir string) error { return os.Symlink(elsewhere, filepath.Join(dir, "spec")) },
		"Makefile, cue.mod/pkg/github.com/belfry-dev/belfry/schema are there already": func(dir string) error {
			folder := filepath.Join(dir, "cue.mod/pkg/github.com/belfry-dev/belfry/schema")
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(folder, "spec.cue"), nil, 0o644); err != nil {
				return err
			}
			return os.Mkdir(filepath.Join(dir, "Makefile"), 0o755)
		},
	} {
		dir := t.TempDir()
		if err := prepare(dir); err != nil {
			t.Fatal(err)
		}
		before := list(t, dir)
		made, err := Files(Options{Service: "shop", Client: "go"})
		if err != nil {
			t.Fatal(err)
		}
		found, err := Write(dir, append(made, Language()...))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || !strings.Contains(found[0].Message, name) {
			t.Errorf("found %v, want one finding that says %q", found, name)
		}
		if diff := cmp.Diff(before, list(t, dir)); diff != "" {
			t.Errorf("%s: the folder changed (-before +after):\n%s", name, diff)
		}
		if len(list(t, elsewhere)) > 0 {
			t.Error("a file was written through a link")
		}
	}
}

// TestTheLanguageIsBroughtUpToDate changes a file of the copy, takes one away and adds one that is no longer in the language.
func TestTheLanguageIsBroughtUpToDate(t *testing.T) {
	dir := t.TempDir()
	if _, err := WriteLanguage(dir); err == nil {
		t.Error("a folder without cue.mod is taken for a CUE module")
	}
	if _, err := Write(dir, Language()); err != nil {
		t.Fatal(err)
	}
	want := list(t, dir)
	folder := filepath.Join(dir, filepath.FromSlash(path.Dir(Language()[0].Path)))
	for name, content := range map[string]string{"spec.cue": "old", "gone.cue": "package schema", "README": "mine"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(folder, "types.cue")); err != nil {
		t.Fatal(err)
	}
	changed, err := WriteLanguage(dir)
	if err != nil || len(changed) != 3 {
		t.Errorf("changed %v, %v; want spec.cue, types.cue and gone.cue", changed, err)
	}
	got := list(t, dir)
	for name, content := range got {
		if path.Base(name) == "README" && content == "mine" {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the copy is not the language (-want +got):\n%s", diff)
	}
}

// list is every file below a folder, with what it holds.
func list(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if entry.Type()&os.ModeSymlink != 0 {
			files[name], err = os.Readlink(name)
			return err
		}
		content, err := os.ReadFile(name)
		relative, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(relative)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestWhatOtherProgramsReadIsWellFormed reads the workflows and hooks as YAML. That go takes go.mod is a test of e2e.
func TestWhatOtherProgramsReadIsWellFormed(t *testing.T) {
	for _, version := range []string{"", "v1.2.3"} {
		below := map[string]string{"": "", "v1.2.3": "teams/shop api"}[version]
		made, err := Files(Options{Service: "shop", Client: "go", Version: version, Below: below})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range made {
			switch ending := path.Ext(f.Path); {
			case strings.Contains(string(f.Data), "<<"):
				t.Errorf("%s has an action of the template left:\n%s", f.Path, f.Data)
			case ending == ".yaml" || ending == ".yml":
				var read map[string]any
				if err := yaml.Unmarshal(f.Data, &read); err != nil || len(read) == 0 {
					t.Errorf("%s is no YAML: %v", f.Path, err)
				}
				if slices.Contains(ForRoot(), f.Path) != strings.Contains(string(f.Data), "teams/") && below != "" {
					t.Errorf("%s does not say where it works", f.Path)
				}
			case f.Path == "go.mod" && (version != "") != strings.Contains(string(f.Data), "\nrequire github.com/belfry-dev/belfry "+version+"\n"):
				t.Errorf("go.mod of version %q is\n%s", version, f.Data)
			}
		}
	}
}
