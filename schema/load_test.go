package schema

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/belfry-dev/belfry/internal/diag"
)

const shopService = `service: {name: "shop", namespace: "shop", team: "web", client: "go", scrape: {service: "shop", labels: app: "shop"}}` + "\n"

// write puts files into a new folder and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	archive := &txtar.Archive{}
	for name, content := range files {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(content)})
	}
	return extract(t, archive)
}

// mustLoad loads packages that have no mistake.
func mustLoad(t *testing.T, options LoadOptions) []*Package {
	t.Helper()
	packages, found, err := Load(options)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Fatalf("diagnostics:\n%s", describe(t, options.Dir, found))
	}
	return packages
}

func TestEverythingThatTheLanguageHasCanBeWritten(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/everything.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := extract(t, archive)
	loaded := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./spec"}})[0]
	unset := unsetFields("", loaded.Spec)
	if diff := cmp.Diff([]string(nil), unset); diff != "" {
		t.Errorf("testdata/everything.txtar does not write these fields (-want +have):\n%s", diff)
	}
}

func TestDefaultsOfTheLanguageAreFilledIn(t *testing.T) {
	dir := write(t, map[string]string{"spec/a.cue": "package m\n" + shopService + "platform: {}\nrouting: receiver: \"x\"\n"})
	have := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./spec"}})[0].Spec
	want := &Spec{
		Service: &Service{Name: "shop", Namespace: "shop", Team: "web", Client: "go", Replicas: 1, Scrape: Scrape{
			Service: "shop", Labels: map[string]string{"app": "shop"}, Port: "metrics", PortNumber: 9090, Path: "/metrics",
			Scheme: "http", Interval: "30s", Timeout: "10s",
		}},
		Platform: &Platform{
			Name: "platform", Namespace: "monitoring", Release: "prometheus",
			Prometheus:   Prometheus{Retention: "15d", Replicas: 1, AntiAffinity: "soft", EvaluationInterval: "30s", Target: "prometheus"},
			Alertmanager: Alertmanager{Replicas: 1, AntiAffinity: "soft", ResolveTimeout: "5m", PagerdutyURL: "https://events.pagerduty.com/v2/enqueue", Deliver: "secret"},
			Grafana:      Grafana{URL: "http://localhost:3000", Folder: "General"},
			Versions:     Versions{Prometheus: "2.40", Alertmanager: "0.25", Grafana: "8.3"},
		},
		Routing: &Routing{Receiver: "x", GroupBy: []string{"alertname", "severity"}, GroupWait: "10s", GroupInterval: "5m", RepeatInterval: "4h"},
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("spec (-want +have):\n%s", diff)
	}
}

func TestFilesOfParentFoldersBelongToThePackage(t *testing.T) {
	dir := write(t, map[string]string{
		"services/platform.cue":    "package m\nplatform: release: \"kps\"\n",
		"services/other.cue":       "package other\nx: 1\n",
		"services/shop/spec.cue":   "package m\n" + shopService,
		"services/shop/alerts.cue": "package m\nalerts: A: {signal: \"a\", severity: \"info\"}\n",
	})
	packages := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./services/shop", "./services:m"}})
	shop, platform := packages[0], packages[1]
	if diff := cmp.Diff([]string{"services/shop/alerts.cue", "services/shop/spec.cue", "services/platform.cue"}, shop.Files); diff != "" {
		t.Errorf("files (-want +have):\n%s", diff)
	}
	if shop.Spec.Platform == nil || shop.Spec.Platform.Release != "kps" {
		t.Errorf("the parent's platform did not reach the package: %+v", shop.Spec.Platform)
	}
	if shop.OwnsPlatform || !platform.OwnsPlatform {
		t.Errorf("the platform belongs to the folder that declares it: shop %v, platform %v", shop.OwnsPlatform, platform.OwnsPlatform)
	}
	if shop.Name != "m" || shop.Folder != "services/shop" {
		t.Errorf("package %s in %s", shop.Name, shop.Folder)
	}
	if at := shop.Locate("platform.release"); at.String() != "services/platform.cue:2:20" {
		t.Errorf("platform.release is at %s", at)
	}
}

func TestPatternsFindPackagesInOrder(t *testing.T) {
	files := map[string]string{
		"lib/lib.cue":                        "package lib\n#Base: severity: \"info\"\n",
		"services/.hidden/a.cue":             "package m\nbroken",
		"services/_draft/a.cue":              "package m\nbroken",
		"services/testdata/a.cue":            "package m\nbroken",
		"services/nested/cue.mod/module.cue": "module: \"example.com/other@v0\"\nlanguage: version: \"v0.17.0\"\n",
		"services/nested/a.cue":              "package m\nbroken",
	}
	var want []string
	for i := range 25 {
		folder := fmt.Sprintf("services/s%02d", i)
		want = append(want, folder)
		files[folder+"/spec.cue"] = "package m\n" + shopService
	}
	dir := write(t, files)
	var have []string
	for _, loaded := range mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./...", "services/s03"}}) {
		have = append(have, loaded.Folder)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("folders (-want +have):\n%s", diff)
	}
}

func TestASpecInAnotherModuleImportsTheLanguageWithoutANetwork(t *testing.T) {
	t.Setenv("CUE_REGISTRY", "registry.invalid")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	spec := "@experiment(explicitopen)\n\npackage m\n\nimport \"" + ImportPath + "\"\n\nschema.#Spec\n\n" + shopService + "alerts: A: schema.#Alert & {signal: \"a\", severity: \"info\"}\n"
	modules := map[string]map[string]string{
		"another module":          {"cue.mod/module.cue": "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.17.0\"\n"},
		"an old module":           {"cue.mod/module.cue": "module: \"example.com/shop\"\n"},
		"an older language":       {"cue.mod/module.cue": "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.9.0\"\n"},
		"no module":               {},
		"a folder cue.mod alone":  {"cue.mod/pkg/readme.md": "x"},
		"the language's module":   {"cue.mod/module.cue": "module: \"" + modulePath + "@v0\"\nlanguage: version: \"v0.17.0\"\n"},
		"an older copy":           {VendorFolder + "/spec.cue": "package schema\n#Spec: {service?: {name!: string}}\n", VendorFolder + "/mine.cue": "package schema\n#Spec: {mine?: string}\n"},
		"a dependency on the net": {"cue.mod/module.cue": "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.17.0\"\ndeps: \"example.com/lib@v0\": v: \"v0.1.0\"\n"},
	}
	for name, files := range modules {
		t.Run(name, func(t *testing.T) {
			files["spec/spec.cue"] = spec
			dir := write(t, files)
			have := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./spec"}})[0]
			if have.Spec.Service.Scrape.Port != "metrics" || have.Spec.Alerts["A"].For != "0s" {
				t.Errorf("the language's defaults are missing: %+v", have.Spec)
			}
		})
	}
}

func TestTagsReachThePackagesThatDeclareThem(t *testing.T) {
	dir := write(t, map[string]string{
		"services/a/spec.cue": "package m\n_env: \"staging\" | \"production\" @tag(env)\n" + shopService + "service: title: _env\n",
		"services/b/spec.cue": "package m\n" + shopService,
		"services/c/spec.cue": "package m\n_region: string @tag(region)\n" + shopService + "service: title: _region\n",
	})
	have := map[string]string{}
	options := LoadOptions{Dir: dir, Patterns: []string{"./services/..."}, Tags: []string{"region=eu"}, Environment: "staging"}
	for _, loaded := range mustLoad(t, options) {
		have[loaded.Folder] = loaded.Spec.Service.Title
	}
	if diff := cmp.Diff(map[string]string{"services/a": "staging", "services/b": "", "services/c": "eu"}, have); diff != "" {
		t.Errorf("titles (-want +have):\n%s", diff)
	}
}

func TestPositionsAreThoseOfTheUsersFiles(t *testing.T) {
	dir := write(t, map[string]string{
		"spec/a.cue": "package m\n" + shopService + `
alerts: HighErrorRate: {signal: "e", above: "5%", severity: "info"}
receivers: "on-call": sendResolved: false
_note: note: "Look."
alerts: Other: _note & {signal: "e", severity: "info"}
alerts: {for name in ["Made"] {"\(name)": {signal: "e", severity: "info"}}}
dashboards: ops: {uid: "a", title: "b", rows: [
	{panels: [{signal: "x"}]},
	{title: "Row", panels: [{signal: "x"}, {signal: "y", by: ["a", "b"]}]},
]}
`})
	loaded := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./spec"}})[0]
	cases := map[string]string{
		"alerts.HighErrorRate.above":              `"5%"`,
		"alerts.HighErrorRate":                    `HighErrorRate`,
		"alerts.HighErrorRate.below":              `HighErrorRate`,
		"alerts.Unknown.below":                    `"\(name)"`, // any name may come out of the comprehension,
		`receivers."on-call".sendResolved`:        `false`,
		`receivers."on-call"`:                     `"on-call"`,
		"alerts.Other.note":                       `Other`,
		"alerts.Other.signal":                     `"e"`,
		"alerts.Made.severity":                    `"info"`,
		"dashboards.ops.rows[1].panels[1].signal": `"y"`,
		"dashboards.ops.rows[1].panels[1].by[1]":  `"b"`,
		"dashboards.ops.rows[1].title":            `"Row"`,
		"dashboards.ops.rows[7].title":            `rows`,
	}
	have := map[string]string{}
	for path := range cases {
		have[path] = underlined(t, dir, loaded.Locate(path))
	}
	if diff := cmp.Diff(cases, have); diff != "" {
		t.Errorf("what is at the position (-want +have):\n%s", diff)
	}
	if at := loaded.Locate("slos.x"); at != (diag.Pos{File: "spec/a.cue"}) {
		t.Errorf("a path with nothing written is at %s", at)
	}
}

func TestPathsAreWrittenAsCUEWritesThem(t *testing.T) {
	cases := map[string][]any{
		"alerts.X.above":                {"alerts", "X", "above"},
		`receivers."on-call"`:           {"receivers", "on-call"},
		`signals."5xx"`:                 {"signals", "5xx"},
		`signals."a.b\"c".q`:            {"signals", `a.b"c`, "q"},
		"dashboards.ops.rows[0].panels": {"dashboards", "ops", "rows", 0, "panels"},
		`accept."promql/never-matches"`: {"accept", "promql/never-matches"},
		`metrics.a.labels.le[10]`:       {"metrics", "a", "labels", "le", 10},
	}
	for want, steps := range cases {
		if have := Path(steps...); have != want {
			t.Errorf("want %s, have %s", want, have)
		}
		if again := pathText(parsePath(want)); again != want {
			t.Errorf("%s is read as %s", want, again)
		}
	}
}

// TestEvaluationIsBounded runs in a process of its own: what it gives up on goes on in the background, as long as the process lives,
// and takes time and memory from whatever is measured after it.
func TestEvaluationIsBounded(t *testing.T) {
	const alone = "BELFRY_TEST_ALONE"
	if os.Getenv(alone) == "" {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
		command.Env = append(os.Environ(), alone+"=1")
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		return
	}
	digits := "_l: [0,1,2,3,4,5,6,7,8,9]\n"
	loops := strings.Repeat("for a in _l ", 9)
	for i := range 9 {
		loops = strings.Replace(loops, "for a in", fmt.Sprintf("for a%d in", i), 1)
	}
	dir := write(t, map[string]string{
		"services/a/spec.cue": "package m\n" + digits + "catalogs: [" + loops + "{\"cadvisor\"}]\n",
		"services/b/spec.cue": "package m\n" + shopService,
	})
	packages, found, err := Load(LoadOptions{Dir: dir, Patterns: []string{"./services/..."}, Timeout: 300 * time.Millisecond, MaxMemory: 1 << 40})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) != 1 || len(found) != 1 || found[0].Code != "spec/too-slow" || !Unreadable(found) {
		t.Errorf("%d packages, %v", len(packages), found)
	}
	_, found, err = Load(LoadOptions{Dir: dir, Patterns: []string{"./services/a"}, MaxMemory: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Code != "spec/too-slow" || !strings.Contains(found[0].Message, "memory") {
		t.Errorf("%v", found)
	}
}

func TestFilesThatAreNoSpecsAreRefused(t *testing.T) {
	cases := map[string]struct{ content, want string }{
		"larger than the limit": {"package m\n// " + strings.Repeat("x", 2000), "spec/a.cue: error[spec/too-large]: is larger than 1 KiB"},
		"not UTF-8":             {"package m\nservice: title: \"\xff\"\n", "spec/a.cue:2:18: error[spec/read]: byte 0xff is not UTF-8"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := write(t, map[string]string{"spec/a.cue": c.content})
			_, found, err := Load(LoadOptions{Dir: dir, Patterns: []string{"./spec"}, MaxFile: 1024})
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != 1 || found[0].String() != c.want || !Unreadable(found) {
				t.Errorf("want %s, have %v", c.want, found)
			}
		})
	}
}

func TestDeepNestingIsOneFinding(t *testing.T) {
	for unit, times := range map[string]int{"{a: ": 100_000, "[": 20_000, "(": 20_000, "a: ": 20_000, "-": 20_000, "1+(": 20_000, "\"\\(": 20_000} {
		dir := write(t, map[string]string{"spec/a.cue": "package m\nx: " + strings.Repeat(unit, times)})
		_, found, err := Load(LoadOptions{Dir: dir, Patterns: []string{"./spec"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Code != "spec/syntax" {
			t.Errorf("%q repeated: %v", unit, found)
		}
	}
}

func TestEachStopsAtTheVisitorsError(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("s%02d/spec.cue", i)] = "package m\n" + shopService
	}
	dir := write(t, files)
	stop := errors.New("enough")
	var visited []string
	err := Each(LoadOptions{Dir: dir, Patterns: []string{"./..."}}, func(loaded *Package, _ diag.List) error {
		visited = append(visited, loaded.Folder)
		if len(visited) == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || !slices.Equal(visited, []string{"s00", "s01", "s02"}) {
		t.Errorf("%v after %v", err, visited)
	}
}

func TestASymlinkedFolderIsTheFolder(t *testing.T) {
	dir := write(t, map[string]string{"real/spec.cue": "package m\n" + shopService})
	if err := os.Symlink(filepath.Join(dir, "real"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	loaded := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./link"}})[0]
	if loaded.Spec.Service.Name != "shop" {
		t.Errorf("%+v", loaded.Spec)
	}
}
