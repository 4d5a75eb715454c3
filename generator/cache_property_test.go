package generator

import (
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// fleetFiles is a fleet with everything that a package may depend on: a parent folder's files, a package of the module, one
// below cue.mod, and a tag.
func fleetFiles() map[string]string {
	files := map[string]string{
		"cue.mod/module.cue":              "module: \"example.com/fleet@v0\"\nlanguage: version: \"v0.17.0\"\n",
		"cue.mod/pkg/example.org/a/a.cue": "package a\nTeam: \"web\"\n",
		"lib/lib.cue":                     "package lib\n#For: \"5m\"\n",
		"services/platform.cue": "@experiment(explicitopen)\npackage m\nimport \"github.com/belfry-dev/belfry/schema\"\nschema.#Spec\n" +
			"platform: prometheus: retention: \"30d\"\n_region: *\"eu\" | string @tag(region)\n",
	}
	for i := range 4 {
		files[fmt.Sprintf("services/s%d/s.cue", i)] = serviceFile(i, 10)
	}
	return files
}

func serviceFile(i, threshold int) string {
	return fmt.Sprintf(`package m

import (
	"example.com/fleet/lib"
	"example.org/a"
)

service: {name: "s%[1]d", title: "S%[1]d in \(_region)", namespace: "n", team: a.Team, client: "go", runbooks: "https://wiki.example.com", scrape: {service: "s%[1]d", labels: app: "s%[1]d"}}
metrics: queue_depth: {type: "gauge", unit: "jobs", replicas: "add", help: "Jobs that wait."}
signals: queue: {title: "Queue", value: "queue_depth"}
alerts: QueueLong: {signal: "queue", above: "%[2]d jobs", for: lib.#For, severity: "critical"}
receivers: "pager-%[1]d": pagerduty: routingKey: secret: {name: "pagerduty", key: "k%[2]d"}
routing: receiver: "pager-%[1]d"
`, i, threshold)
}

// runGenerate compiles the fleet and returns its findings and how many outputs were kept.
func runGenerate(t *testing.T, dir, out, caches string, tags []string) (found diag.List, kept int) {
	t.Helper()
	options := Options{Dir: dir, Packages: []string{"./services/..."}, Tags: tags}
	how := GenerateOptions{}
	if caches != "" {
		how.Cache = OpenCache(caches, out, options)
	}
	err := Generate(options, out, how, func(all []Written, more diag.List) error {
		found = append(found, more...)
		for _, one := range all {
			if one.Kept {
				kept++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.Sort(), kept
}

// With a cache and without, a run leaves the same bytes and finds the same, whatever happened before it.
func TestCachedRunsDoWhatUncachedOnesDo(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	dir, cached, uncached, caches := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	for name, content := range fleetFiles() {
		put(t, dir, name, content)
	}
	service := func() int { return random.Intn(4) }
	write := func(name, content string) func() { return func() { put(t, dir, name, content) } }
	output := func(change func(name string)) {
		files := slices.Sorted(maps.Keys(readTree(t, uncached)))
		name := files[random.Intn(len(files))]
		if filepath.Base(name) == manifestName {
			return // the user's own business: the writer refuses it
		}
		change(name)
	}
	var tags []string
	keptSome, foundSome := 0, 0
	for step := range 45 {
		number := fmt.Sprint(step + 1)
		edits := []func(){
			func() {},
			write(fmt.Sprintf("services/s%d/s.cue", service()), serviceFile(service(), step+20)), // may take another's name
			func() { i := service(); put(t, dir, fmt.Sprintf("services/s%d/s.cue", i), serviceFile(i, step+20)) },
			func() { _ = os.RemoveAll(filepath.Join(dir, "services", fmt.Sprintf("s%d", service()))) },
			write("lib/lib.cue", "package lib\n#For: \""+number+"m\"\n"),
			write("cue.mod/pkg/example.org/a/a.cue", "package a\nTeam: \"team"+number+"\"\n"),
			write("services/platform.cue", strings.ReplaceAll(fleetFiles()["services/platform.cue"], "30d", fmt.Sprint(step+20)+"d")),
			write(fmt.Sprintf("services/s%d/more.cue", service()), "package m\nalerts: QueueLong: note: \""+number+"\"\n"),
			write(fmt.Sprintf("services/s%d/s.cue", service()), "package m\nbroken: "),
			func() { tags = [][]string{nil, {"region=us"}, {"nobody=declares"}}[random.Intn(3)] },
			func() {
				output(func(name string) { put(t, cached, name, "mine "+number); put(t, uncached, name, "mine "+number) })
			},
			func() {
				output(func(name string) {
					_ = os.Remove(filepath.Join(cached, name))
					_ = os.Remove(filepath.Join(uncached, name))
				})
			},
		}
		edit := random.Intn(len(edits))
		edits[edit]()
		have, kept := runGenerate(t, dir, cached, caches, tags)
		want, _ := runGenerate(t, dir, uncached, "", tags)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Fatalf("step %d, edit %d: findings (-uncached +cached):\n%s", step, edit, diff)
		}
		requireTree(t, cached, readTree(t, uncached))
		keptSome, foundSome = keptSome+kept, foundSome+len(have)
	}
	if keptSome < 20 || foundSome == 0 {
		t.Errorf("%d outputs were kept and %d mistakes found: too little is tested", keptSome, foundSome)
	}
}

func TestAnOutputEditedByHandIsNoticedThoughItsSizeAndTimeAreTheSame(t *testing.T) {
	dir, out, caches := t.TempDir(), t.TempDir(), t.TempDir()
	for name, content := range fleetFiles() {
		put(t, dir, name, content)
	}
	runGenerate(t, dir, out, caches, nil)
	if _, kept := runGenerate(t, dir, out, caches, nil); kept != 5 {
		t.Fatalf("%d outputs of 5 are kept though nothing changed", kept)
	}
	file := filepath.Join(out, "s1", "prometheus", "rules.yaml")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	put(t, out, "s1/prometheus/rules.yaml", strings.ToUpper(string(content)))
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if _, kept := runGenerate(t, dir, out, caches, nil); kept != 4 {
		t.Errorf("%d outputs are kept, want all 5 but the one that was edited", kept)
	}
	again, err := os.ReadFile(file)
	if err != nil || string(again) != string(content) {
		t.Errorf("the edited file was not generated again (%v)", err)
	}
}

func TestADamagedCacheIsNone(t *testing.T) {
	dir, out, caches := t.TempDir(), t.TempDir(), t.TempDir()
	for name, content := range fleetFiles() {
		put(t, dir, name, content)
	}
	runGenerate(t, dir, out, caches, nil)
	want := readTree(t, out)
	files, _ := filepath.Glob(filepath.Join(caches, "*"))
	if len(files) != 1 {
		t.Fatalf("caches: %v", files)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewSource(1))
	for range 6 {
		damaged := slices.Clone(whole[:random.Intn(len(whole))])
		if len(damaged) > 0 {
			damaged[random.Intn(len(damaged))] ^= 1
		}
		if err := os.WriteFile(files[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if found, _ := runGenerate(t, dir, out, caches, nil); len(found) > 0 {
			t.Fatal(found)
		}
		requireTree(t, out, want)
	}
}

// What a cache keeps of a service's notifications must come back whole: JSON leaves out what it cannot see.
func TestNotificationsSurviveBeingStored(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		if seen[of] {
			return
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			visit(of.Elem())
		case reflect.Map:
			visit(of.Key())
			visit(of.Elem())
		case reflect.Struct:
			for i := range of.NumField() {
				if field := of.Field(i); !field.IsExported() || field.Tag.Get("json") != "" {
					t.Errorf("%s.%s is lost or changed by JSON", of, field.Name)
				}
				visit(of.Field(i).Type)
			}
		case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
			t.Errorf("JSON does not know how to read %s", of)
		}
	}
	visit(reflect.TypeFor[ir.Notifications]())
	if len(seen) < 15 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}
