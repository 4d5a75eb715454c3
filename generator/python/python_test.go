package python

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/templates"
)

func program(metrics ...*ir.Metric) *ir.Program {
	return &ir.Program{
		Service: &ir.Service{Name: "shop"}, Platform: &ir.Platform{}, Metrics: metrics,
		Instrument: &ir.Instrument{PythonModule: "shop.metrics"},
	}
}

func emit(t *testing.T, p *ir.Program) map[string]string {
	t.Helper()
	set, _, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	artifacts, err := Emit(p, set)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, a := range artifacts {
		if err := Verify(a); err != nil {
			t.Error(err)
		}
		files[a.Path] = string(a.Data)
	}
	return files
}

func TestAModuleStandsWhereItsNameIsImportedFrom(t *testing.T) {
	files := emit(t, program(&ir.Metric{Name: "orders_total", Type: ir.Counter, Help: "h"}))
	for _, name := range []string{"python/shop/metrics.py", "python/shop/test_metrics.py"} {
		if files[name] == "" || len(files) != 2 {
			t.Errorf("no %s", name)
		}
	}
	if !strings.Contains(files["python/shop/test_metrics.py"], "from shop.metrics import Metrics\n") {
		t.Error("the test does not import the module")
	}
}

func TestNoCodeUnlessItIsAskedForAndThereIsSomethingToRecord(t *testing.T) {
	silent := program(&ir.Metric{Name: "orders_total", Type: ir.Counter})
	silent.Instrument = nil
	onlyGo := program(&ir.Metric{Name: "orders_total", Type: ir.Counter})
	onlyGo.Instrument = &ir.Instrument{GoPackage: "shop"}
	for _, p := range []*ir.Program{silent, onlyGo, program(), program(&ir.Metric{Name: "up", Catalog: "scrape", Type: ir.Gauge})} {
		if files := emit(t, p); len(files) > 0 {
			t.Errorf("made %d files", len(files))
		}
	}
}

// TestNothingIsImportedThatIsNotUsed makes modules of one metric of each shape: linters of users refuse unused imports.
func TestNothingIsImportedThatIsNotUsed(t *testing.T) {
	closed, open := []ir.Label{{Name: "a", Values: []string{"x"}}}, []ir.Label{{Name: "a", Max: 2, Pattern: "x+"}}
	for _, m := range []*ir.Metric{
		{Type: ir.Counter}, {Type: ir.Counter, Labels: closed}, {Type: ir.Counter, Labels: open}, {Type: ir.Counter, Unit: unit.Second},
		{Type: ir.Gauge}, {Type: ir.Gauge, Labels: open}, {Type: ir.Gauge, Unit: unit.Second},
		{Type: ir.Gauge, Unit: unit.Second, Name: "metric_timestamp"}, {Type: ir.Info, Labels: closed}, {Type: ir.Info, Labels: open},
		{Type: ir.Histogram, Buckets: []float64{1}, Labels: closed}, {Type: ir.Histogram, Buckets: []float64{1}, Unit: unit.Second},
	} {
		m.Name, m.Help = cmp.Or(m.Name, "metric"), "Help."
		for name, text := range emit(t, program(m)) {
			head, body, _ := strings.Cut(text, "\n\n\n")
			for _, imported := range importsIn(head) {
				if !strings.Contains(strings.ReplaceAll(head+body, "import", ""), imported+".") && strings.Count(head+body, imported) < 2 {
					t.Errorf("%s of a %s with %d labels imports %s for nothing", name, m.Type, len(m.Labels), imported)
				}
			}
		}
	}
}

// importsIn lists the names that a module's head imports.
func importsIn(head string) []string {
	_, head, _ = strings.Cut(head, "annotations\n")
	var names []string
	for line := range strings.Lines(head) {
		if _, after, ok := strings.Cut(line, "import "); ok {
			names = append(names, strings.FieldsFunc(after, func(r rune) bool { return strings.ContainsRune(", (\n", r) })...)
		} else if strings.HasPrefix(line, "    ") && !strings.Contains(line, `"`) {
			names = append(names, strings.Trim(line, " ,\n"))
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" || name == ")" })
}

func TestNamesBecomeIdentifiers(t *testing.T) {
	taken := newScope(moduleNames)
	got := map[string]string{}
	for _, name := range []string{"orders_total", "class", "a:b", "__secret", "_", "_1", "Counter", "self", "é_b"} {
		got[name] = taken.take(identifier(name))
	}
	want := map[string]string{
		"orders_total": "orders_total", "class": "class_", "a:b": "a_b", "__secret": "secret", "_": "x", "_1": "x1", "Counter": "Counter_",
		"self": "self_", "é_b": "b",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if again := taken.take("a_b"); again != "a_b_" {
		t.Errorf("a second a_b is %s", again)
	}
}

func TestTextsAreQuotedAsPythonReadsThem(t *testing.T) {
	got := quote("a\"b\\c\nd\te\x00é\u2028\U0001F600\U000E0001")
	if diff := gocmp.Diff(`"a\"b\\c\nd\x09e\x00é\u2028😀\U000e0001"`, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSetThatMostMetricsHaveKeepsTheLabelsName(t *testing.T) {
	label := func(values ...string) []ir.Label { return []ir.Label{{Name: "token_type", Values: values}} }
	types := newEnums(program(), []*ir.Metric{
		{Name: "a_total", Labels: label("x")}, {Name: "b_total", Labels: label("y", "z")}, {Name: "c_total", Labels: label("z", "y")},
	}, newScope())
	var got []string
	for _, enum := range types.all {
		got = append(got, enum.Type+" "+enum.Constant+" "+enum.Parse)
	}
	want := []string{"ATotalTokenType A_TOTAL_TOKEN_TYPE_VALUES parse_a_total_token_type", "TokenType TOKEN_TYPE_VALUES parse_token_type"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
