package e2e

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The module that holds the schema of SARIF as OASIS publishes it, and its checksum as go.sum would have it.
const (
	sarifModule   = "github.com/owenrumney/go-sarif/v3@v3.3.1"
	sarifChecksum = "h1:bKY8YnWcY8zYTiGVObC5wZLlfEvMkCxK9XMGXBbzEtQ="
)

// sarifSchema is sarif-schema-2.1.0.json, from the constant that the module keeps it in.
func sarifSchema() (string, error) {
	download := exec.Command("go", "mod", "download", "-json", sarifModule)
	download.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	text, err := download.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w\n%s", download.Args, err, text)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(text, &module); err != nil {
		return "", err
	}
	if module.Sum != sarifChecksum {
		return "", fmt.Errorf("%s has the checksum %s, want %s", sarifModule, module.Sum, sarifChecksum)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(module.Dir, "pkg/report/v210/sarif/schema.go"), nil, 0)
	if err != nil {
		return "", err
	}
	object := file.Scope.Lookup("schema")
	if object == nil {
		return "", fmt.Errorf("%s has no constant schema", sarifModule)
	}
	literal, ok := object.Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit)
	if !ok {
		return "", fmt.Errorf("the schema of %s is no literal", sarifModule)
	}
	return strconv.Unquote(literal.Value)
}

// hostile is a rule file whose names and texts need escaping in every format.
const hostile = `groups:
  - name: "a,b:c%0A::error::x"
    rules:
      - alert: "größer <b>&amp;</b> \u0007 \u202e"
        expr: rate(kube_pod_container_resource_limits[5m]) > 0
      - alert: "line\nbreak"
        expr: sum(up
      - record: x
        expr: "quantile(95, kube_pod_container_resource_limits{resource='cpu'})"
`

// linted is what belfry lint prints of the hostile file, and of one that is broken.
func linted(t *testing.T, format string) []byte {
	t.Helper()
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string]string{"a b,c%.yaml": hostile, "broken.yaml": "groups: [\n", "strange.yaml": "x: 1\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	lint := exec.Command(belfry, "lint", "--format", format, "a b,c%.yaml", "broken.yaml", "strange.yaml")
	lint.Dir = folder
	output, err := lint.Output()
	if code := lint.ProcessState.ExitCode(); code != 1 {
		t.Fatalf("exit code %d, want 1 for errors: %v\n%s", code, err, output)
	}
	return output
}

func TestSARIFIsWhatItsSchemaAllows(t *testing.T) {
	text, err := sarifSchema()
	if err != nil {
		unavailable(t, "no schema of SARIF: %v", err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(report string) error {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(report))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(document)
	}
	report := string(linted(t, "sarif"))
	if err := validate(report); err != nil {
		t.Errorf("%v\n%s", err, report)
	}
	if err := validate(strings.Replace(report, `"startLine": 5`, `"startLine": 0`, 1)); err == nil {
		t.Error("a report with a line 0 is valid: the schema checks nothing")
	}
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	var report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(linted(t, "junit"), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Suites) != 1 {
		t.Fatalf("%d suites, want 1", len(report.Suites))
	}
	suite, failures, skipped := report.Suites[0], 0, 0
	for _, one := range suite.Cases {
		if one.Failure != nil {
			failures++
		}
		if one.Skipped != nil {
			skipped++
		}
	}
	if failures == 0 || skipped == 0 {
		t.Errorf("%d failures and %d skipped, want an error and a warning at least", failures, skipped)
	}
	for name, pair := range map[string][2]int{
		"tests": {report.Tests, len(suite.Cases)}, "tests of the suite": {suite.Tests, len(suite.Cases)},
		"failures": {report.Failures, failures}, "failures of the suite": {suite.Failures, failures}, "skipped": {suite.Skipped, skipped},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s says %d, and there are %d", name, pair[0], pair[1])
		}
	}
}

func TestAnnotationsAreOneCommandALine(t *testing.T) {
	for line := range strings.Lines(string(linted(t, "github"))) {
		if !strings.HasPrefix(line, "::error file=") && !strings.HasPrefix(line, "::warning file=") {
			t.Errorf("this line is no annotation of a file: %q", line)
		}
		if strings.Count(line, "::") > 2 && !strings.Contains(line, "%0A") {
			t.Errorf("a name forged a command: %q", line)
		}
	}
}
