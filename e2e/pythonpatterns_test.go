package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// patterns are regular expressions that RE2, which Prometheus uses, and Python spell or understand differently.
var patterns = []string{
	`[1-5][0-9]{2}`, `(?i)get|post`, `[[:alpha:]]+`, `\pL{1,3}`, `a.c`, `^v\d+$`, `v$|^w`, `\x{1F600}+`, `x*?y`, `(ab|c)+d?`, `[^/]+`,
	`\bfoo\b.*`, `a{2,}`, `\Qa.b\E|c`, `[\]\-^]+`, `(?U)a+b*`, `\s*`, `é|[ü-ÿ]`, `(?P<name>a)b`, `a|`, `(?-s).+`, `(?m)^a$`, `\w+\z`, `"'\\`,
	`[^\x00-\x{10FFFF}]|ok`, `(?:a|b(?:c|d)*)+`, `((a)(b)?)`, `.*é\B`,
}

// probes are values to match.
var probes = []string{
	"200", "2000", "GET", "get", "poſt", "abc", "äöü", "äöüx", "a\nc", "a.c", "axc", "v1", "v1\n", "v", "w", "😀", "😀😀", "y", "xxy", "abcd", "c",
	"/", "a/b", "foo", "foo bar", "foobar", "fooé", "aa", "aaa", "a", "a.b", "]-^", " \t", "\u00a0", "é", "ü", "û", "ab", "\n", "a\n", "_1", "\"'\\", "ok",
	"bcdcd", "aab", "ſ", "K", "xé", "éx",
}

// TestPatternsMeanTheSameInPython asks which values get a series of their own, and Go which of them match.
func TestPatternsMeanTheSameInPython(t *testing.T) {
	var spec strings.Builder
	spec.WriteString("@experiment(explicitopen)\npackage monitoring\n\nimport \"github.com/belfry-dev/belfry/schema\"\n\nschema.#Spec\n" +
		`service: {name: "shop", namespace: "web", team: "web", client: "python", scrape: {service: "shop", labels: app: "shop"}}` + "\n")
	want := map[string][]string{}
	for i, pattern := range patterns {
		name := fmt.Sprintf("p%d_total", i)
		fmt.Fprintf(&spec, "metrics: %s: {type: \"counter\", help: \"H.\", labels: x: {max: 500, pattern: %s}}\n", name, quoted(t, pattern))
		whole := regexp.MustCompile("^(?s:" + pattern + ")$")
		want[name] = slices.DeleteFunc(slices.Clone(probes), func(value string) bool { return !whole.MatchString(value) })
		slices.Sort(want[name])
	}
	spec.WriteString("instrument: python: module: \"patterns\"\n")
	if err := os.MkdirAll("bin", 0o755); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("bin", "patterns") // below the module, where CUE finds what it imports
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.WriteFile(filepath.Join(folder, "spec.cue"), []byte(spec.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := runPython(t, pythonOf(t, "./e2e/"+filepath.ToSlash(folder)), "-c", `
import json, sys
from prometheus_client import CollectorRegistry
from patterns import Metrics

registry = CollectorRegistry()
metrics = Metrics(registry)
for i in range(int(sys.argv[1])):
    for value in json.loads(sys.argv[2]):
        getattr(metrics, f"p{i}_total")(x=value).inc()
found = {}
for metric in registry.collect():
    for sample in metric.samples:
        if sample.name.startswith("p") and sample.name.endswith("_total") and sample.labels["x"] != "other":
            found.setdefault(sample.name, []).append(sample.labels["x"])
print(json.dumps(found))`, fmt.Sprint(len(patterns)), quoted(t, probes))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got map[string][]string
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		slices.Sort(got[name])
		if !slices.Equal(got[name], want[name]) {
			var number int
			_, _ = fmt.Sscanf(name, "p%d_total", &number)
			t.Errorf("%s: Python takes %q, Go %q", patterns[number], got[name], want[name])
		}
	}
}

// quoted is a value as JSON, which CUE reads as well.
func quoted(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
