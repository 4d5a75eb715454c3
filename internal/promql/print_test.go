package promql

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"
)

func TestPrintBreaksLongExpressionsAtOperators(t *testing.T) {
	requests := func(extra string) string {
		return `sum(rate(ai_agent_http_requests_total{job="ai-agent",namespace="ai-support"` + extra + `}[5m]))`
	}
	bad, all := parse(t, requests(`,status=~"5.."`)), parse(t, requests(""))
	expr := Binary(parser.GTR, Binary(parser.DIV, Binary(parser.LOR, bad, Binary(parser.MUL, Number(0), all)), all), Number(0.05))
	want := strings.Join([]string{
		`(`,
		`  ` + bad.String(),
		`  or 0 * ` + all.String(),
		`)`,
		`/ ` + all.String(),
		`> 0.05`,
	}, "\n")
	if diff := cmp.Diff(want, Print(expr)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsPrintedShorterThanItsLeast(t *testing.T) {
	for _, text := range corpus {
		parser.Inspect(parse(t, text), func(node parser.Node, _ []parser.Node) error {
			if expr, ok := node.(parser.Expr); ok && atLeast(expr) > len(expr.String()) {
				t.Errorf("%s is %d bytes long, not at least %d", expr, len(expr.String()), atLeast(expr))
			}
			return nil
		})
	}
}

func TestPrintedExpressionsMeanTheSame(t *testing.T) {
	for _, text := range corpus {
		t.Run(text, func(t *testing.T) { samePrinted(t, parse(t, text)) })
	}
}

func FuzzPrintMeansTheSame(f *testing.F) {
	for _, text := range corpus {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if expr, err := Parse(text); err == nil {
			samePrinted(t, expr)
		}
	})
}

// corpus are expressions with everything that can stand between operands.
var corpus = []string{
	`up`,
	`1 - 2 - 3 * 4 ^ 5 ^ 6`,
	`-(a_rather_long_metric_name_for_a_test{label="value"} + another_rather_long_metric_name{label="value"}) * 2`,
	`topk by (pod) (5, sum by (pod, namespace) (rate(container_cpu_usage_seconds_total{namespace="a",container!=""}[5m])))`,
	`sum without (instance) (a_rather_long_metric_name_for_a_test) / ignoring (code) group_left (owner) sum by (job) (b_rather_long_metric_name)`,
	`a_rather_long_metric_name_for_a_test{x="1"} == bool on (job, instance) b_rather_long_metric_name_for_a_test{x="1"} and on () vector(1)`,
	`max_over_time((sum by (job) (rate(a_rather_long_metric_name_for_a_test{x="1"}[5m])) / 2)[1h:5m] offset 1d) unless absent(up{job="x"})`,
	`histogram_quantile(0.95, sum by (le) (rate(a_rather_long_metric_name_for_a_test_bucket{job="x",namespace="y"}[5m] @ 1600000000)))`,
	`label_replace(a_rather_long_metric_name_for_a_test{x="1"}, "part", "a, \"quoted\" (value)", "", "") or vector(time())`,
	`quantile by (job) (0.5, a_rather_long_metric_name_for_a_test{job=~"quite.*a.*long.*pattern"} > 0 or b_rather_long_metric_name{x="1"})`,
}

func TestBuiltExpressionsKeepTheirOperands(t *testing.T) {
	a, b := Select("a", Equal("job", "x")), Select("b")
	for want, expr := range map[string]parser.Expr{
		`a{job="x"} - (b - 1)`:  Binary(parser.SUB, a, Binary(parser.SUB, b, Number(1))),
		`a{job="x"} - b - 1`:    Binary(parser.SUB, Binary(parser.SUB, a, b), Number(1)),
		`(a{job="x"} or b) / b`: Binary(parser.DIV, Binary(parser.LOR, a, b), b),
		`a{job="x"} * 60`:       Scale(a, 60),
		`a{job="x"} / 1000`:     Scale(a, 0.001),
		`a{job="x"}`:            Scale(a, 1),
		`sum_over_time((a{job="x"} + 1)[1h:5m])`: Call("sum_over_time",
			Subquery(Binary(parser.ADD, a, Number(1)), time.Hour, 5*time.Minute)),
		`sum by (x) (rate(b[5m]))`: Sum(Call("rate", Over(b, 5*time.Minute)), "x"),
	} {
		if diff := cmp.Diff(want, expr.String()); diff != "" {
			t.Error(diff)
		}
		samePrinted(t, expr)
	}
}

func TestParseMatchersKeepsWhatTheUserWrote(t *testing.T) {
	matchers, err := ParseMatchers(`status!~'5..', method="GET"`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range matchers {
		got = append(got, m.String())
	}
	if diff := cmp.Diff([]string{`status!~"5.."`, `method="GET"`}, got); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range []string{`status=5`, `status=~"("`, `a="b"} or up{c="d"`, `a=`} {
		if _, err := ParseMatchers(wrong); err == nil {
			t.Errorf("%q was taken for matchers", wrong)
		}
	}
}

func parse(t *testing.T, text string) parser.Expr {
	t.Helper()
	expr, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return expr
}

// samePrinted fails where the printed expression is read as another one.
func samePrinted(t *testing.T, expr parser.Expr) {
	t.Helper()
	printed := Print(expr)
	again, err := Parse(printed)
	if err != nil {
		t.Fatalf("printed as what is no PromQL: %v\n%s", err, printed)
	}
	if diff := cmp.Diff(expr.String(), again.String()); diff != "" {
		t.Errorf("printed as\n%s\nwhich means something else:\n%s", printed, diff)
	}
}
