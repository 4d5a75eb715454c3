package golden

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/generator"
)

// wordy is a spec in which TEXT stands wherever a user may write any text, and NAME where it must be one line. Notes are missing: they
// are Markdown.
const wordy = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec
platform: {prometheus: retention: "30d", grafana: {url: "https://grafana.example.com", folder: TEXT}}
service: {
	name: "checkout", title: TEXT, description: TEXT, namespace: "shop", team: "payments", client: "go"
	scrape: {service: "checkout", labels: app: "checkout"}
}
metrics: {
	requests_total: {type: "counter", unit: "requests", help: TEXT, labels: {status: [TEXT, "200"], kind: max: 20}}
	seconds: {type: "histogram", unit: "s", help: TEXT, buckets: [0.1, 1, 10]}
	version_info: {type: "info", help: TEXT, labels: version: max: 20}
}
signals: {
	errors: {title: TEXT, help: TEXT, share: "requests_total", matching: "status!='200'", over: "5m"}
	requests: {title: TEXT, rate: "requests_total", by: ["status"], over: "5m"}
	time: {title: "Time", quantile: "seconds", q: 0.95, over: "5m"}
}
alerts: {
	Errors: {signal: "errors", above: "5%", for: "2m", severity: "critical", component: TEXT, action: TEXT, labels: tier: TEXT}
	Many: {signal: "requests", above: "5 requests/s", severity: "critical", summary: TEXT, description: TEXT}
	Slow: {signal: "time", above: "1500ms", for: "5m", severity: "warning"}
}
slos: works: {title: TEXT, bad: "errors", objective: "99.9%"}
receivers: (NAME): {
	pagerduty: routingKey: secret: {name: "alertmanager", key: "pagerduty"}
	slack: {url: secret: {name: "alertmanager", key: "slack"}, channel: TEXT}
}
routing: receiver: NAME
dashboards: checkout: {
	uid: "checkout", title: TEXT, description: TEXT, tags: [TEXT], annotations: [{title: TEXT, info: "version_info"}]
	rows: [{title: TEXT, panels: [{signal: "errors", title: TEXT, description: TEXT}, {title: TEXT, series: [{signal: "time", name: TEXT}]}]}]
}
instrument: {go: package: "checkout", python: module: "checkout"}
`

// TestTextsOfASpecStayInTheirPlaces compiles the same spec with texts that would end a string, a comment, a cell or a document
// of some format. Whatever they are, the output has the fields, values, declarations and headings that it has with a plain word.
func TestTextsOfASpecStayInTheirPlaces(t *testing.T) {
	const plain = "Word"
	want := shapes(t, plain)
	for _, text := range []string{
		`Word "quoted" 'twice'`, `Word \ back\slash \n \u0041`, "Word `tick` ``` ticks", `Word """ ''' #`,
		`Word */ func init() { panic(1) } /*`, `Word: - # & * ! % @ [a] {b}`, `Word | cell || --- |`,
		`Word <script>alert(1)</script> <!-- --> <no value>`, `Word $(touch x) ${x} $__rate_interval %s %d`,
		"Word \u2028 \u202e \U0001F600", "- Word", "# Word", "Word\nimport os\n# Word\n---\n- x: y\n| a | b |\n", "Word\u00a0", "=Word", "Null", "1e3", "~", "yes", "2026-01-01",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if difference := cmp.Diff(want, shapes(t, text)); difference != "" {
				t.Errorf("the text is more than a text (-plain +this):\n%s", difference)
			}
		})
	}
}

// shapes compiles the spec with a text and describes what each file consists of besides texts.
func shapes(t *testing.T, text string) map[string][]string {
	t.Helper()
	quote := func(text string) string {
		quoted, err := json.Marshal(text) // CUE's strings have JSON's escapes
		if err != nil {
			t.Fatal(err)
		}
		return string(quoted)
	}
	spec := strings.NewReplacer("TEXT", quote(text), "NAME", quote(strings.ReplaceAll(text, "\n", " "))).Replace(wordy)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.HasErrors() {
		t.Fatal(result.Diagnostics)
	}
	found := map[string][]string{}
	for _, a := range result.Outputs[0].Artifacts {
		found[a.Path] = shape(t, a)
	}
	return found
}

func shape(t *testing.T, a generator.Artifact) []string {
	t.Helper()
	switch filepath.Ext(a.Path) {
	case ".yaml", ".json":
		return shapeOfYAML(t, a)
	case ".go":
		return shapeOfGo(t, a)
	case ".py":
		return statement.FindAllString(string(a.Data), -1)
	case ".md":
		return shapeOfMarkdown(string(a.Data))
	}
	t.Fatalf("%s: what is it made of?", a.Path)
	return nil
}

// shapeOfYAML lists the paths of all values, with their types. Text that is YAML or JSON itself, as in a ConfigMap, has a shape too.
func shapeOfYAML(t *testing.T, a generator.Artifact) []string {
	t.Helper()
	var found []string
	var visit func(path string, node *yaml.Node)
	visit = func(path string, node *yaml.Node) {
		switch node.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(node.Content); i += 2 {
				visit(path+"."+node.Content[i].Value, node.Content[i+1])
			}
		case yaml.ScalarNode:
			found = append(found, path+" "+node.Tag)
			if ext := filepath.Ext(path); ext == ".json" || ext == ".yaml" {
				found = append(found, shapeOfYAML(t, generator.Artifact{Path: path, Data: []byte(node.Value)})...)
			}
		default:
			for i, element := range node.Content {
				visit(path+"["+strconv.Itoa(i)+"]", element)
			}
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(a.Data)))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); err != nil {
			if err.Error() == "EOF" {
				return found
			}
			t.Fatalf("%s: %v", a.Path, err)
		}
		visit("", &document)
	}
}

// shapeOfGo lists the declarations, and how many nodes each has.
func shapeOfGo(t *testing.T, a generator.Artifact) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), a.Path, a.Data, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, declaration := range file.Decls {
		nodes := 0
		ast.Inspect(declaration, func(node ast.Node) bool {
			nodes++
			return true
		})
		name := ""
		if function, ok := declaration.(*ast.FuncDecl); ok {
			name = function.Name.Name
		}
		found = append(found, name+" "+strconv.Itoa(nodes))
	}
	return found
}

// statement is how statements and definitions of a module begin. Python's own compiler sees such files in e2e.
var statement = regexp.MustCompile(`(?m)^\s*(def|class|import|from|return|self\.\w+) `)

var heading = regexp.MustCompile(`^#+ `)

// shapeOfMarkdown lists headings, and of each row of a table how many cells it has, outside of code.
func shapeOfMarkdown(text string) []string {
	var found []string
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced:
		case heading.MatchString(line):
			found = append(found, heading.FindString(line))
		case strings.HasPrefix(line, "|"):
			found = append(found, strconv.Itoa(strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")))
		}
	}
	return found
}
