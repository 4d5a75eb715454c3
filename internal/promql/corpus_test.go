package promql_test

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// corpora are rule files and dashboards that others have published and run for years, in Go modules. Other versions may have other
// mistakes: those of these have been looked at.
var corpora = []struct{ module, files string }{
	{"github.com/thanos-io/thanos@v0.42.5", `/examples/(alerts/(alerts|rules)\.yaml|dashboards/.*\.json)$`},
	{"github.com/prometheus-operator/prometheus-operator@v0.85.0", `/example/mixin/alerts\.yaml$`},
	{"github.com/grafana/mimir@v1.3.1-0.20260423142704-aced80d74930", `/operations/mimir-mixin-compiled/.*\.(yaml|json)$`},
	{"github.com/prometheus/node_exporter@v1.12.1", `/docs/example-.*-rules.*\.yml$|/example-rules\.yml$`},
}

// TestNoFalseErrorsOnPublishedRules types every expression of the corpora, knowing no more than the catalogs: what others'
// exporters have is open, so that an error must be a mistake of the rule's authors.
func TestNoFalseErrorsOnPublishedRules(t *testing.T) {
	for _, corpus := range corpora {
		t.Run(corpus.module, func(t *testing.T) {
			table := catalogTable(t)
			expressions := expressionsOf(t, filesOf(t, corpus.module, corpus.files))
			if len(expressions) == 0 {
				t.Fatal("the files hold no expressions")
			}
			table.AddRecordings(recordingsOf(expressions))
			warnings, coverage := 0, map[promql.Coverage]int{}
			for _, e := range expressions {
				analysis := table.Analyze(e.expr, e.use)
				coverage[analysis.Coverage]++
				for _, f := range analysis.Findings {
					if slices.ContainsFunc(mistakes, func(m mistake) bool { return m.code == f.Code && strings.Contains(e.text, m.text) }) {
						continue
					}
					if f.Severity == diag.Error {
						t.Errorf("%s: %s\n\t%s\n\t%s", e.file, f, strings.Join(f.Notes, "\n\t"), e.text)
						continue
					}
					warnings++
					t.Logf("%s: %s\n\t%s\n\t%s", e.file, f, strings.Join(f.Notes, "\n\t"), e.text)
				}
			}
			t.Logf("%d expressions, %d warnings, coverage %v", len(expressions), warnings, coverage)
		})
	}
}

// mistakes are what is wrong in the corpora.
var mistakes = []mistake{
	{"promql/quantile-without-le", "histogram_quantile(0.99, sum by (job) (rate(thanos_replicate_replication_run_duration_seconds_bucket"},
	// The filter binds to the quotient, so that the alert fires above 1000 % only.
	{"promql/constant-comparison", "rate(thanos_cache_operations_total"},
}

type mistake struct{ code, text string }

type expression struct {
	file, text string
	record     string // the series that a recording rule makes of it
	labels     map[string]string
	use        promql.Use
	expr       parser.Expr
}

func recordingsOf(expressions []expression) []promql.Recording {
	var recordings []promql.Recording
	for _, e := range expressions {
		if e.use == promql.UseRecord {
			recordings = append(recordings, promql.Recording{Name: e.record, Expr: e.expr, Labels: e.labels})
		}
	}
	return recordings
}

var (
	seconds  = regexp.MustCompile(`\$(__rate_interval|__interval|__range|\{?(interval|period|latency_metrics)\}?)`)
	variable = regexp.MustCompile(`\$\{?([a-zA-Z_]\w*)(:[a-z]+)?\}?`)
)

// expressionsOf collects what stands under expr in YAML or JSON. Variables in ranges become five minutes; those in matchers stay.
func expressionsOf(t *testing.T, files map[string][]byte) []expression {
	t.Helper()
	var found []expression
	for _, file := range slices.Sorted(maps.Keys(files)) {
		var root yaml.Node
		if err := yaml.Unmarshal(files[file], &root); err != nil {
			t.Fatal(err)
		}
		eachMapping(&root, func(n *yaml.Node) {
			var rule struct {
				Expr, Alert, Record string
				Labels              map[string]string
			}
			if n.Decode(&rule) != nil || rule.Expr == "" {
				return
			}
			text := seconds.ReplaceAllString(rule.Expr, "5m")
			expr, err := parseExperimental(text)
			if err != nil {
				return // a variable stands where the grammar wants something else
			}
			use := promql.UseGraph
			switch {
			case rule.Alert != "":
				use = promql.UseAlert
			case rule.Record != "":
				use = promql.UseRecord
			}
			found = append(found, expression{file, text, rule.Record, rule.Labels, use, expr})
		})
	}
	return found
}

func eachMapping(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind == yaml.MappingNode {
		f(n)
	}
	for _, child := range n.Content {
		eachMapping(child, f)
	}
}

var experimental = parser.NewParser(parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true})

func parseExperimental(text string) (parser.Expr, error) {
	expr, err := experimental.ParseExpr(text)
	if err == nil {
		return expr, nil
	}
	return experimental.ParseExpr(variable.ReplaceAllString(text, "$1"))
}

// filesOf reads a module's files from the module cache.
func filesOf(t *testing.T, module, pattern string) map[string][]byte {
	t.Helper()
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	path, version, _ := strings.Cut(module, "@")
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download", filepath.FromSlash(path), "@v", version+".zip"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("not in the module cache: go mod download %s brings it", module)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	wanted := regexp.MustCompile(pattern)
	files := map[string][]byte{}
	for _, f := range archive.File {
		if !wanted.MatchString(f.Name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = content
	}
	return files
}

// catalogTable is what the catalogs know, in a cluster of which nothing else is known.
func catalogTable(t testing.TB) *promql.Table {
	t.Helper()
	entries, err := catalog.Load(catalog.Names()...)
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]promql.MetricType{
		"counter": promql.CounterMetric, "gauge": promql.GaugeMetric, "histogram": promql.HistogramMetric, "info": promql.InfoMetric,
	}
	var metrics []promql.Metric
	for _, e := range entries {
		m := promql.Metric{Name: e.Name, Type: types[e.Type], Classic: e.Type == "histogram", Timestamp: e.Timestamp, MoreLabels: e.MoreLabels, Buckets: e.Buckets}
		if e.Unit != "" {
			u, err := unit.Parse(e.Unit)
			if err != nil {
				t.Fatal(err)
			}
			m.Unit = promql.In(u)
		}
		for _, c := range e.UnitWhen {
			u, err := unit.Parse(c.Unit)
			if err != nil {
				t.Fatal(err)
			}
			m.UnitWhen = append(m.UnitWhen, promql.UnitCase{Label: c.Label, Value: c.Value, Unit: u})
		}
		for _, l := range e.Labels {
			m.Labels = append(m.Labels, promql.Label{Name: l.Name, Values: l.Values})
		}
		metrics = append(metrics, m)
	}
	return promql.NewTable(nil, metrics...)
}
