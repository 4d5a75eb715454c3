package promql

import "testing"

func TestWhatDoesNotParseIsToldWhatToDo(t *testing.T) {
	for text, want := range map[string]string{
		`sum(up`: "close it with )", `up[5m`: "close it with ]", `histogram_quantil(0.9, up)`: "did you mean histogram_quantile()?",
		`rate(up)`: "add a range, such as [5m]", `abs(up[5m])`: "remove the range, or wrap it in a function such as rate()",
		`up > $limit`: "write the value: Prometheus knows no variables", `sum(up)[5m]`: "write a subquery, such as [10m:1m]",
		`up{job=shop}`: "write the value in quotes", `up{job="shop}`: "close the quotes", `1 < 2`: "write bool behind the comparison",
		`{job=~".*"}`: "name a metric, or a label's value that is not empty", ``: "write an expression", `up up`: "",
	} {
		_, err := ParseAny(text)
		if err == nil {
			t.Errorf("%s parses", text)
		} else if got := SyntaxHelp(err.Error()); got != want {
			t.Errorf("%s: %q, want %q (%v)", text, got, want, err)
		}
	}
}
