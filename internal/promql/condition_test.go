package promql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"
)

func TestAConditionIsAComparisonWithANumber(t *testing.T) {
	type found struct {
		Subject   string
		Op        string
		Threshold float64
	}
	for expr, want := range map[string]found{
		"a > 5":                              {"a", ">", 5},
		"(2 * 60) >= (sum(a))":               {"sum(a)", "<=", 120},
		"a > bool 5":                         {},
		"a > b":                              {},
		"a":                                  {},
		"a > 5 and b == 0":                   {"a", ">", 5},
		"a == 0 and (b > 5)":                 {"b", ">", 5},
		"a < -5 or a > 5":                    {"a", ">", 5},
		"a > 5 and b > 6":                    {},
		"a > 5 unless b > 6":                 {},
		"a > 5 unless b == 0":                {"a", ">", 5},
		"count(a > 3) > 2":                   {},
		"a > 0.9 < 1":                        {},
		"a unless b > 5":                     {},
		"sum(rate(a[5m])) / sum(b) > 1 / 20": {"sum(rate(a[5m])) / sum(b)", ">", 0.05},
	} {
		parsed, err := ParseAny(expr)
		if err != nil {
			t.Fatal(err)
		}
		var got found
		if c, ok := NewTable(nil).Analyze(parsed, UseAlert).OnlyCondition(parsed); ok {
			got = found{c.Subject.String(), parser.ItemTypeStr[c.Op], c.Threshold}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expr, diff)
		}
	}
}
