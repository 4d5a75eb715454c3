package exposed_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/schema"
)

// shop is the service of testdata/shop.cue.
func shop(t testing.TB) *ir.Program {
	t.Helper()
	packages, list, err := schema.Load(schema.LoadOptions{Dir: "testdata", Patterns: []string{"."}})
	if err != nil || list.HasErrors() {
		t.Fatal(err, list)
	}
	program, list := lower.Lower(lower.Input{Spec: packages[0].Spec, OwnsPlatform: packages[0].OwnsPlatform, Locate: packages[0].Locate})
	if list.HasErrors() {
		t.Fatal(list)
	}
	return program
}

// compare compares an exposition with the shop's spec and prints what is found, without places in the spec.
func compare(t *testing.T, text string) []string {
	t.Helper()
	metrics, wrong, err := read.Exposition(strings.NewReader(text), "metrics")
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	var found []string
	for _, d := range exposed.Compare(shop(t), metrics) {
		if d.Help == "" || !d.Pos.IsValid() {
			t.Errorf("%v has no help or no place", d)
		}
		found = append(found, string(d.Severity)+"["+d.Code+"] "+d.Path+": "+d.Message)
	}
	return found
}

// whole completes an exposition by the metrics that it says nothing of.
func whole(t *testing.T, text string) string {
	t.Helper()
	rest, err := os.ReadFile("testdata/shop.txt")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ = strings.Cut(name, " ")
			said[name] = true
		}
	}
	open := strings.Contains(text, "# EOF")
	var added strings.Builder
	keep := false
	for line := range strings.Lines(string(rest)) {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ = strings.Cut(name, " ")
			keep = !said[name] && !(name == "shop_payments_total" && said["shop_payment_total"])
		}
		if keep && !open {
			added.WriteString(line)
		}
	}
	return added.String() + text
}

func TestAServiceThatKeepsToItsSpecHasNoFindings(t *testing.T) {
	if found := compare(t, whole(t, "")); found != nil {
		t.Error(found)
	}
}

func TestEveryCodeIsFoundInItsBadCaseAndNothingInItsGoodOne(t *testing.T) {
	cases, err := filepath.Glob("testdata/exposed/*")
	if err != nil || len(cases) < 9 {
		t.Fatal(cases, err)
	}
	for _, folder := range cases {
		code := "exposed/" + filepath.Base(folder)
		bad := compare(t, whole(t, exposed.Example(code, "bad")))
		if len(bad) != 1 || !strings.Contains(bad[0], "["+code+"]") {
			t.Errorf("%s: the bad case has %q", code, bad)
		}
		if good := compare(t, whole(t, exposed.Example(code, "good"))); good != nil {
			t.Errorf("%s: the good case has %q", code, good)
		}
	}
}

func TestDifferencesAreSaidAsTheyAre(t *testing.T) {
	const latency = "# TYPE shop_latency_seconds histogram\nshop_latency_seconds_bucket{%sle=\"0.1\"} 1\nshop_latency_seconds_bucket{%sle=\"0.5\"} 1\n" +
		"shop_latency_seconds_bucket{%sle=\"1\"} 1\nshop_latency_seconds_bucket{%sle=\"+Inf\"} 1\n"
	for text, want := range map[string][]string{
		"": nil,
		"# TYPE shop_requests_created gauge\nshop_requests_created{status=\"200\"} 1\n":          nil,
		"# TYPE shop_latency_seconds_created gauge\nshop_latency_seconds_created 1\n":            nil,
		"# TYPE shop_orders_created gauge\nshop_orders_created 1\n":                              {`warning[exposed/undeclared] metrics.shop_orders_created: the spec does not declare shop_orders_created, which is exposed`},
		"# TYPE go_goroutines gauge\ngo_goroutines 1\n# TYPE python_info gauge\npython_info 1\n": nil,
		// Types.
		"# TYPE shop_queue_depth untyped\nshop_queue_depth 1\n":              {`warning[exposed/type] metrics.shop_queue_depth.type: shop_queue_depth is declared a gauge and exposed as a metric without a type`},
		"# TYPE shop_queue_depth stateset\nshop_queue_depth 1\n":             nil,
		"# TYPE shop_build_info counter\nshop_build_info{version=\"1\"} 1\n": {`error[exposed/type] metrics.shop_build_info.type: shop_build_info is declared an info and exposed as a counter`},
		// Labels.
		strings.ReplaceAll(latency, "%s", `pod="a",`): {`error[exposed/labels] metrics.shop_latency_seconds.labels: shop_latency_seconds is exposed with the label pod, which the spec does not declare`},
		"# TYPE shop_requests_total counter\nshop_requests_total{status=\"200\"} 1\nshop_requests_total 1\n": {
			`error[exposed/labels] metrics.shop_requests_total.labels.status: 1 of 2 series of shop_requests_total lack the label status`},
		"# TYPE shop_requests_total counter\nshop_requests_total 1\n": {`error[exposed/labels] metrics.shop_requests_total.labels.status: no series of shop_requests_total has the label status`},
		// Values.
		"# TYPE shop_requests_total counter\nshop_requests_total{status=\"ok\"} 1\nshop_requests_total{status=\"other\"} 1\n": {
			`error[exposed/values] metrics.shop_requests_total.labels.status: label status of shop_requests_total is exposed with "ok", which the pattern "[1-5].." does not match`},
		"# TYPE shop_payments_total counter\nshop_payments_total{provider=\"bank\",result=\"declined\"} 1\n": {
			`error[exposed/values] metrics.shop_payments_total.exclude: shop_payments_total is exposed with {provider="bank", result="declined"}, which the spec excludes`},
		// Series that wait for their use may be missing.
		"# TYPE shop_requests_total counter\n# TYPE shop_queue_depth gauge\n": nil,
		"# TYPE shop_latency_seconds histogram\n":                             {`warning[exposed/series] metrics.shop_latency_seconds: shop_latency_seconds is exposed without its series`},
	} {
		if diff := cmp.Diff(want, compare(t, whole(t, text))); diff != "" {
			t.Errorf("%s(-want +got)\n%s", text, diff)
		}
	}
}

func TestOfAnotherServiceEverythingIsMissing(t *testing.T) {
	want := []string{
		`warning[exposed/undeclared] metrics.other: the spec does not declare other, which is exposed`,
		`error[exposed/missing] metrics.shop_payments_total: shop_payments_total is not exposed`,
		`warning[exposed/missing] metrics.shop_requests_total: shop_requests_total is not exposed, or nothing has been recorded in it yet`,
		`error[exposed/missing] metrics.shop_latency_seconds: shop_latency_seconds is not exposed`,
		`warning[exposed/missing] metrics.shop_queue_depth: shop_queue_depth is not exposed, or nothing has been recorded in it yet`,
		`warning[exposed/missing] metrics.shop_build_info: shop_build_info is not exposed, or nothing has been recorded in it yet`,
	}
	if diff := cmp.Diff(want, compare(t, "# TYPE other gauge\nother 1\n")); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsExposedUnderAnotherNameIsOneFinding(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"# TYPE shop_latency_seconds histogram\n", "", `error[exposed/type] metrics.shop_latency_seconds.type: shop_latency_seconds is exposed without its type`},
		{"shop_payments_total", "shop_payments", `error[exposed/missing] metrics.shop_payments_total: shop_payments_total is exposed as shop_payments`},
		{"shop_build_info", "shop_build", `error[exposed/missing] metrics.shop_build_info: shop_build_info is exposed as shop_build`},
		{"shop_latency_seconds", "shop_latency", `error[exposed/missing] metrics.shop_latency_seconds: shop_latency_seconds is exposed as shop_latency`},
		{"shop_queue_depth", "shop_queue_detph", `error[exposed/missing] metrics.shop_queue_depth: shop_queue_depth is exposed as shop_queue_detph`},
	} {
		if diff := cmp.Diff([]string{c.want}, compare(t, strings.ReplaceAll(whole(t, ""), c.from, c.to))); diff != "" {
			t.Errorf("%s as %q:\n%s", c.from, c.to, diff)
		}
	}
}

func TestFindingsSayBothPlaces(t *testing.T) {
	metrics, _, err := read.Exposition(strings.NewReader(whole(t, "# TYPE shop_queue_depth counter\nshop_queue_depth 3\n")), "metrics")
	if err != nil {
		t.Fatal(err)
	}
	found := exposed.Compare(shop(t), metrics)
	if len(found) != 1 || filepath.Base(found[0].Pos.File) != "shop.cue" || found[0].Pos.Line != 21 || found[0].Severity != diag.Error {
		t.Fatalf("got %+v", found)
	}
	if diff := cmp.Diff([]string{"exposed at metrics:17:1"}, found[0].Notes); diff != "" {
		t.Error(diff)
	}
}

// FuzzCompare compares what nobody would expose: there is always an answer, and each finding has a place.
func FuzzCompare(f *testing.F) {
	whole, err := os.ReadFile("testdata/shop.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole))
	f.Add("# TYPE shop_latency_seconds histogram\nshop_latency_seconds_bucket 1\nshop_latency_seconds{le=\"x\"} 1\n# EOF")
	f.Add("# TYPE shop_payments summary\n# UNIT shop_payments s\nshop_payments{quantile=\"0.5\",provider=\"\"} NaN\n")
	program := shop(f)
	f.Fuzz(func(t *testing.T, text string) {
		metrics, _, err := read.Exposition(strings.NewReader(text), "metrics")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range exposed.Compare(program, metrics) {
			if !d.Pos.IsValid() || d.Message == "" || d.Help == "" {
				t.Errorf("%+v", d)
			}
		}
	})
}
