package promql

import (
	"fmt"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// TestExpressionsOfOneShapeAreAllValidOrNone parses expressions in pairs of which Valid reads only the first.
func TestExpressionsOfOneShapeAreAllValidOrNone(t *testing.T) {
	shapes := map[string]string{}
	expressions := parser.NewParser(parser.Options{})
	for _, form := range []string{
		`{a="%s"}`, `up{a="%s"}`, `up{a!="%s"}`, `{a!="%s"}`, `up{a=~"%s"}`, `up{__name__="%s"}`, `{__name__="%s"}`, `{"%s"}`, `{"%s"="x"}`, `{"x"="%s"}`,
		`up == "%s"`, `up{a="%s",b="%[1]s"}`, `label_replace(up, "%s", "x", "y", "z")`, `label_replace(up, "x", "a=\"%s\"", "y", "z")`,
		`label_replace(up, "x", 'a="%s"', "y", "z")`, "count_values(\"%s\", up)", `sum by ("%s") (up)`, `up{a = "%s"}`, "up # {a=\"%s\"", `up{a="%s`, `up>="%s"`,
	} {
		for _, value := range []string{"", "v", "w", "(", "5..", "a b", "a-b", "x=", "é", "\xff", "\n", "{{", `\q`, `\"`, `'`, "__name__", "1", "{}", "#"} {
			text := fmt.Sprintf(form, value)
			shape, verdict := shapeOf(text), "valid"
			if _, err := expressions.ParseExpr(text); err != nil {
				verdict = "invalid"
			}
			if other, ok := shapes[shape]; ok && other != verdict {
				t.Errorf("%q is %s, others of the shape %q are %s", text, verdict, shape, other)
			}
			shapes[shape] = verdict
		}
	}
	if a, b := shapeOf(`sum(up{a="b",c!="d"})`), shapeOf(`sum(up{a="e",c!="f"})`); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
}

func TestSeriesOfOneShapeAreAllValidOrNone(t *testing.T) {
	shapes := map[string]string{}
	series := parser.NewParser(parser.Options{})
	for _, form := range []string{`up{a="%s"}`, `up{a="%s", b="%[1]s"}`, `up{a="%s"`, `up{"a"="%s"}`, `{__name__="%s"}`, `up{a=~"%s"}`, `{"%s"}`, `%s{}`} {
		for _, value := range []string{"", "v", "w", "(", "a b", "x=", "é", "\xff", "\n", `\q`, `\"`, "__name__", "1", "{}", "#"} {
			text := fmt.Sprintf(form, value)
			shape, verdict := shapeOf(text), "valid"
			if _, _, err := series.ParseSeriesDesc(text + " 0+1x2"); err != nil {
				verdict = "invalid"
			}
			if other, ok := shapes[shape]; ok && other != verdict {
				t.Errorf("%q is %s, others of the shape %q are %s", text, verdict, shape, other)
			}
			shapes[shape] = verdict
		}
	}
}
