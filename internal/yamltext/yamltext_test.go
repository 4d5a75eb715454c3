package yamltext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/internal/yamltext"
)

// parsers are the YAML libraries of Prometheus' configuration, of its rule files, and of Kubernetes.
var parsers = map[string]func([]byte, any) error{
	"go.yaml.in/yaml/v2": yaml2.UnmarshalStrict,
	"go.yaml.in/yaml/v3": yaml3.Unmarshal,
	"sigs.k8s.io/yaml":   func(b []byte, v any) error { return sigs.UnmarshalStrict(b, v) },
}

// write makes a document in which the string is a key, a value on one line and a text, at the root and in a list.
func write(s string) []byte {
	b := yamltext.AppendString([]byte("line: "), s)
	b = append(b, "\ntext: "...)
	b = yamltext.AppendText(b, s, 0)
	b = append(b, "\nmap:"...)
	b = yamltext.AppendMap(b, map[string]string{key(s): s, "after": "x"}, 2)
	b = append(b, "\nlist:\n  - first: "...)
	b = yamltext.AppendText(b, s, 4)
	return append(b, "\n    second: "+"x\n"...)
}

// key is s where YAML allows it as a key: as written, with its escapes, it may have 1,024 characters.
func key(s string) string {
	if written := yamltext.AppendString(nil, "k"+s); len(written) > 1000 {
		return "long"
	}
	return "k" + s
}

func checkRoundTrip(t *testing.T, s string) {
	t.Helper()
	want := map[string]any{
		"line": s, "text": s,
		"map":  map[string]any{key(s): s, "after": "x"},
		"list": []any{map[string]any{"first": s, "second": "x"}},
	}
	document := write(s)
	for name, parse := range parsers {
		var got struct {
			Line any              `yaml:"line" json:"line"`
			Text any              `yaml:"text" json:"text"`
			Map  map[string]any   `yaml:"map" json:"map"`
			List []map[string]any `yaml:"list" json:"list"`
		}
		if err := parse(document, &got); err != nil {
			t.Fatalf("%s refuses %q: %v\n%s", name, s, err, document)
		}
		list := []any{}
		for _, item := range got.List {
			list = append(list, item)
		}
		read := map[string]any{"line": got.Line, "text": got.Text, "map": got.Map, "list": list}
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("%s reads %q otherwise (-want +got):\n%s\n%s", name, s, diff, document)
		}
	}
}

var seeds = []string{
	"", " ", "a", "y", "Y", "n", "NO", "yes", "On", "oFF", "true", "False", "null", "Null", "~", "<<", "=", "!", "&a", "*a",
	"- a", "-", "--- a", "...", "? a", "?", ": a", ":", "a: b", "a:", "a:b", "a #b", "a#b", "#a", "@a", "`a", "%a", "|", ">",
	"1", "0x1f", "0o17", "017", "0b1", "1e3", "1_000", "1:20", "190:20:30", ".5", "-.5", "+1", ".inf", "-.Inf", ".nan", ".NaN",
	"2001-12-14", "2001-12-14 21:59:43.10 -5", "2001-12-14t21:59:43.10-05:00", "5m", "1 - a / b", "1 > 0", "(a)", "-a",
	"[a]", "{a: b}", "a, b", "'", "''", `"`, `\`, `\n`, `a"b`, "a'b", "it's", "a ", " a", "a\t", "\ta", "a\tb",
	"a\nb", "a\nb\n", "a\n", "\n", "\n\n", "a\n\nb", "a\n\n", "a\n  b", "  a\nb", "\ta\nb", "a\n\tb", "a \nb ", "a\n \nb", "a\n\t\nb",
	"a\n- b", "a\n---\nb", "a\n...\nb", "# a\n# b", "a\r\nb", "a\rb", "\u0085", "a\u0085b", "a\u2028b\nc", "\u2029", "\ufeff", "a\ufeff\nb",
	"\x00", "\x07", "\x7f", "\u0080", "\u00a0", "ü", "München", "日本", "😀", "\U0010ffff", "\ufffd", "\ufffe", "\uffff",
	`{{ $labels.pod }} is "down"`, "{{ $value }}: 5 %", `sum(rate(a_total{b=~"5.."}[5m])) / sum(rate(a_total[5m])) > 0.05`,
	"$value", "/metrics", "http://a:9090/b?c=d#e", "_", "__name__", strings.Repeat("x ", 400) + "x",
}

func TestEveryParserReadsBackWhatWasWritten(t *testing.T) {
	for _, s := range seeds {
		checkRoundTrip(t, s)
		for _, u := range seeds {
			checkRoundTrip(t, s+u)
		}
	}
}

func FuzzEveryParserReadsBackWhatWasWritten(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "\ufffd")
		}
		checkRoundTrip(t, s)
	})
}

func TestPeopleCanReadIt(t *testing.T) {
	for s, want := range map[string]string{
		"sum(up)":               "sum(up)",
		"critical":              "critical",
		"https://example.com/a": "https://example.com/a",
		"1 - a / b > 0.05":      "1 - a / b > 0.05",
		"München – Süd":         "München – Süd",
		"no":                    `"no"`,
		"30":                    `"30"`,
		`up{job="a"} == 0`:      `up{job="a"} == 0`,
		`{{ $labels.pod }} "x"`: `'{{ $labels.pod }} "x"'`,
		"a\nb":                  "|-\n    a\n    b",
		"a\nb\n":                "|\n    a\n    b",
	} {
		if diff := cmp.Diff(want, string(yamltext.AppendText(nil, s, 2))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", s, diff)
		}
	}
}

func TestBytesThatAreNotTextBecomeTheReplacementCharacter(t *testing.T) {
	var got string
	if err := yaml3.Unmarshal(yamltext.AppendString(nil, "a\xffb"), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("a\ufffdb", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
