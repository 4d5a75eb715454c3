package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// pythonNeeds are the modules that the tests of generated Python import.
const pythonNeeds = "import prometheus_client, starlette, mypy"

// python is an interpreter that has what generated modules need: the one in PATH, or the system's where that has the packages.
func python(t *testing.T) string {
	t.Helper()
	path, err := findPython()
	if err != nil {
		unavailable(t, "no python3 has prometheus_client, starlette and mypy: %v", err)
	}
	return path
}

var findPython = sync.OnceValues(func() (path string, err error) {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if path, err = exec.LookPath(name); err != nil {
			continue
		}
		if _, err = command(work, path, "-c", pythonNeeds); err == nil {
			return path, nil
		}
	}
	return "", err
})

// pythonOf generates the Python of a spec into a folder of the test's own and returns it.
func pythonOf(t *testing.T, spec string) string {
	t.Helper()
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if text, err := attempt(t, root, belfry, "generate", spec, "--only", "python", "--out", out); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return filepath.Join(out, "python")
}

// runPython runs the interpreter in a folder.
func runPython(t *testing.T, dir string, arguments ...string) (string, error) {
	t.Helper()
	return attempt(t, dir, python(t), append([]string{"-B", "-W", "error::SyntaxWarning"}, arguments...)...)
}

// pythonSpecs are specs, each with the module that it asks for.
var pythonSpecs = map[string]string{
	"./spec": "aiagent", "./golden/instrument-python": "shop.metrics", "./golden/instrument-python-small": "metrics",
}

func TestGeneratedPythonExposesWhatTheSpecDeclares(t *testing.T) {
	for spec, module := range pythonSpecs {
		if text, err := runPython(t, pythonOf(t, spec), "-m", "unittest", testOf(module)); err != nil {
			t.Errorf("%s: %v\n%s", spec, err, text)
		}
	}
}

// testOf is the name of a module's contract test.
func testOf(module string) string {
	cut := strings.LastIndexByte(module, '.') + 1
	return module[:cut] + "test_" + module[cut:]
}

// mypy checks a folder's programs under the strictest rules, for the oldest Python that is supported.
func mypy(t *testing.T, dir string) (string, error) {
	t.Helper()
	return runPython(t, dir, "-m", "mypy", "--strict", "--explicit-package-bases", "--python-version", "3.9",
		"--cache-dir", filepath.Join(work, "mypy"), ".")
}

func TestGeneratedPythonIsTypedStrictly(t *testing.T) {
	for spec := range pythonSpecs {
		if text, err := mypy(t, pythonOf(t, spec)); err != nil {
			t.Errorf("%s: %v\n%s", spec, err, text)
		}
	}
}

func TestThePythonOfTheReadmeRunsAndIsTyped(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```python\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) != 1 {
		t.Fatalf("the README has %d examples of Python", len(blocks))
	}
	dir := pythonOf(t, "./spec")
	if err := os.WriteFile(filepath.Join(dir, "example.py"), []byte(blocks[0][1]), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := mypy(t, dir); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if text, err := runPython(t, dir, "-c", "import asyncio, example; print(asyncio.run(example.ask('?')))"); err != nil || text != "42\n" {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestWrongPythonDoesNotTypeCheck writes the mistakes that hand-written instrumentation is full of.
func TestWrongPythonDoesNotTypeCheck(t *testing.T) {
	dir := pythonOf(t, "./golden/instrument-python")
	var program strings.Builder
	program.WriteString("from shop.metrics import Metrics, parse_provider\n\nm = Metrics()\n")
	first := strings.Count(program.String(), "\n") + 1
	lines := []struct{ code, want string }{
		{`m.payments_total(provider="card", result="success", self_="").inc()`, ""},
		{`m.payments_total(provider="cash", result="success", self_="").inc()`, "arg-type"},
		{`m.payments_total(provider="success", result="card", self_="").inc()`, "arg-type"},
		{`m.payments_total(provider="card", result="success").inc()`, "call-arg"},
		{`m.payments_total(provider="card", result="success", self_="", method="GET").inc()`, "call-arg"},
		{`m.payments_total("card", "success", "").inc()`, "misc"},
		{`m.payments_total(provider=str(1), result="success", self_="").inc()`, "arg-type"},
		{`m.payments_total(provider=parse_provider("card") or "bank", result="success", self_="").inc()`, ""},
		{`m.payments_total(provider="card", result="success", self_="").dec()`, "attr-defined"},
		{`m.payment_total(provider="card").inc()`, "attr-defined"},
		{`m.http_requests_total(method="GET", route="/", status=200).inc()`, "arg-type"},
		{`m.http_request_duration_seconds(route="/", code="2xx").observe("1s")`, "arg-type"},
		{`m.upload_bytes(provider="card").time()`, "attr-defined"},
	}
	for _, line := range lines {
		program.WriteString(line.code + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "program.py"), []byte(program.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	text, _ := mypy(t, dir)
	for i, line := range lines {
		found := regexp.MustCompile(`program\.py:` + strconv.Itoa(first+i) + `: error: .*`).FindString(text)
		if line.want == "" && found != "" || line.want != "" && !strings.Contains(found, "["+line.want+"]") {
			t.Errorf("%s\n gives %q, want [%s]", line.code, found, line.want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestTheContractTestNoticesAChange edits the module as people do when they need something quickly.
func TestTheContractTestNoticesAChange(t *testing.T) {
	dir := pythonOf(t, "./golden/instrument-python")
	file := filepath.Join(dir, "shop", "metrics.py")
	original, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ name, from, to string }{
		{"a metric is renamed", `"carts_total",`, `"baskets_total",`},
		{"an info is renamed", `_Info("build_info"`, `_Info("version_info"`},
		{"a bucket is changed", `buckets=(0.1, 0.5, 1.0, 5.0)`, `buckets=(0.1, 0.5, 2.0, 5.0)`},
		{"a bucket is added", `buckets=(0.1, 0.5, 1.0, 5.0)`, `buckets=(0.1, 0.5, 1.0, 5.0, 10.0)`},
		{"a label is added", `("provider", "result", "self"),`, `("provider", "result", "self", "shop"),`},
		{"a label is renamed", `("provider", "result", "self"),`, `("psp", "result", "self"),`},
		{"a value is added", `PROVIDER_VALUES: Final[Tuple[Provider, ...]] = (`, "PROVIDER_VALUES: Final[Tuple[Provider, ...]] = (\n    \"cash\","},
		{"a help text is changed", `"Payments tried."`, `"Payments."`},
		{"a type is changed", "prometheus_client.Gauge(\n                \"a:b\"", "prometheus_client.Counter(\n                \"a:b\""},
		{"a unit is changed", `_Unit(1.0, 60.0)`, `_Unit(1.0, 1.0)`},
		{"the declared unit is changed", "unit=\"bytes\",\n", "\n"},
		{"a limit is raised", `_Open(2, `, `_Open(200, `},
		{"an exclusion is dropped", `excluded=({0: ("bank",), 1: ("declined",)},)`, `excluded=()`},
		{"series wait for their use", "        self._payments_total.start()\n", ""},
		{"series no longer wait", `        self._class = _Series(`, "        self._carts_total.start()\n        self._class = _Series("},
	} {
		changed := strings.ReplaceAll(string(original), change.from, change.to)
		if changed == string(original) {
			t.Errorf("%s: the module has no %q", change.name, change.from)
			continue
		}
		if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		text, err := runPython(t, dir, "-m", "unittest", "shop.test_metrics")
		if err == nil {
			t.Errorf("%s: the contract test passes", change.name)
		} else if !strings.Contains(text, "FAILED") {
			t.Errorf("%s: the contract test does not run:\n%s", change.name, text)
		}
	}
}

func TestGeneratedPythonBehavesInAService(t *testing.T) {
	script, err := filepath.Abs(filepath.Join("python", "test_behaviour.py"))
	if err != nil {
		t.Fatal(err)
	}
	dir := pythonOf(t, "./golden/instrument-python")
	if text, err := runPython(t, dir, "-c", `import runpy, sys
sys.path.insert(0, ".")
sys.argv = [sys.argv[1]]
runpy.run_path(sys.argv[0], run_name="__main__")`, script); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
