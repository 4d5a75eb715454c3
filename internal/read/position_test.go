package read_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/read"
)

// pieces are what random expressions are made of: among them all that notations write differently.
var pieces = []string{
	"sum", "(", ")", "rate(http_requests_total[5m])", " ", "  ", "\n", "\n\n", "\t", `{job="api"}`, `=~"a|b"`, `'`, `"`, `\`, `\d`, "# x",
	": ", "é", "日本", "😀", "\u00a0", "%", "> 0.5", "- ", "[", "]", "{{ $value }}", "&", "*", "!", "|", "@", "\u0085", "\u2028", "0", "\x01",
}

func randomText(random *rand.Rand, without string) string {
	var b strings.Builder
	for range 1 + random.IntN(12) {
		if piece := pieces[random.IntN(len(pieces))]; !strings.ContainsAny(piece, without) {
			b.WriteString(piece)
		}
	}
	return b.String()
}

// notation writes a text as the value of expr, the way a person may; false where this notation cannot say it.
type notation struct {
	name  string
	write func(random *rand.Rand, text, indent string) (string, bool)
}

const unprintable = "\x01"

var notations = []notation{
	{"literal", func(_ *rand.Rand, text, indent string) (string, bool) {
		if strings.ContainsAny(text, unprintable+"\u0085\u2028") || strings.TrimSpace(text) == "" {
			return "", false
		}
		return "|" + header(text) + "\n" + indented(strings.TrimSuffix(text, "\n"), indent), true
	}},
	{"folded", func(random *rand.Rand, text, indent string) (string, bool) {
		if strings.ContainsAny(text, unprintable+"\u0085\u2028\n\t") || strings.TrimSpace(text) == "" || text[0] == ' ' {
			return "", false
		}
		return ">" + header(text) + "\n" + indented(broken(random, text, "\n"), indent), true
	}},
	{"single", func(random *rand.Rand, text, indent string) (string, bool) {
		if strings.ContainsAny(text, unprintable+"\u0085\u2028\n") {
			return "", false
		}
		quoted := strings.ReplaceAll(text, "'", "''")
		return "'" + broken(random, quoted, "\n"+indent) + "'", true
	}},
	{"double", func(random *rand.Rand, text, indent string) (string, bool) {
		return `"` + escaped(random, text, indent, true) + `"`, true
	}},
	{"plain", func(random *rand.Rand, text, indent string) (string, bool) {
		if strings.ContainsAny(text, unprintable+"\u0085\u2028\n\t#:{}[]&*!|>%@'\"-,") || strings.TrimSpace(text) != text || text == "" {
			return "", false
		}
		return broken(random, text, "\n"+indent), true
	}},
	{"json string", func(random *rand.Rand, text, _ string) (string, bool) {
		return `"` + escaped(random, text, "", false) + `"`, true
	}},
}

// header is the indicator of indentation and of the end of a block scalar.
func header(text string) string {
	explicit := ""
	if strings.TrimLeft(text, " \t\n") != strings.TrimLeft(text, "\n") {
		explicit = "4"
	}
	if strings.HasSuffix(text, "\n") {
		return explicit + "+"
	}
	return explicit + "-"
}

func indented(text, indent string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + line
		}
	}
	return strings.Join(lines, "\n")
}

// broken folds some of the single spaces between words.
func broken(random *rand.Rand, text, lineBreak string) string {
	var b strings.Builder
	for i := range len(text) {
		lonely := text[i] == ' ' && i > 0 && i+1 < len(text) && text[i-1] > ' ' && text[i+1] > ' '
		if lonely && random.IntN(2) == 0 {
			b.WriteString(lineBreak)
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// escaped writes some characters as escapes, and in YAML breaks some lines inside.
func escaped(random *rand.Rand, text, indent string, isYAML bool) string {
	var b strings.Builder
	for _, r := range text {
		must := r < ' ' || r == '"' || r == '\\' || r == '\u0085' || r == '\u2028'
		switch {
		case must || random.IntN(5) == 0:
			b.WriteString(escape(r, isYAML))
		case isYAML && random.IntN(8) == 0:
			b.WriteString("\\\n" + indent + escape(r, true))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func escape(r rune, isYAML bool) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '"':
		return `\"`
	case isYAML && r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	case r > 0xffff:
		quoted, _ := json.Marshal(string(r))
		if strings.HasPrefix(string(quoted), `"\`) {
			return string(quoted[1 : len(quoted)-1])
		}
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func TestAPlaceInATextPointsAtTheVeryCharacter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range notations {
		t.Run(n.name, func(t *testing.T) {
			written := 0
			for range 4000 {
				text := randomText(random, "")
				value, ok := n.write(random, text, "            ")
				if !ok {
					continue
				}
				written++
				for _, file := range ruleFiles(random, value, n.name == "json string") {
					checkCharacters(t, file, text)
				}
				if t.Failed() {
					return
				}
			}
			if written < 50 {
				t.Errorf("only %d texts could be written", written)
			}
		})
	}
}

// ruleFiles are files with one rule: expr is the value. The folds and blocks in it are indented by 12; the key by 8.
func ruleFiles(random *rand.Rand, value string, isJSON bool) []string {
	if isJSON {
		return []string{"{\"groups\": [{\"name\": \"é\",\n \"rules\": [{\"record\": \"r\", \"expr\" : " + value + "}]}]}"}
	}
	file := "groups:\n  - name: é\n    rules:\n      - record: r\n        expr: " + value + "\n        labels: {x: y}\n"
	before := [...]string{"expr: ", "expr:   ", "expr: &anchor ", "expr: !!str ", "\"expr\": ", "expr: !!str &a "}[random.IntN(6)]
	return []string{
		strings.Replace(file, "expr: ", before, 1),
		"\ufeff" + file,
		strings.ReplaceAll(file, "\n", "\r\n"),
		"# one\n---\n---\n" + file + "---\nx: 1\n",
	}
}

// checkCharacters checks the place of every character of the only rule's expression.
func checkCharacters(t *testing.T, file, want string) {
	t.Helper()
	set, findings := read.Content("rules.yaml", []byte(file))
	if len(findings) > 0 || len(set.Groups) != 1 || len(set.Groups[0].Rules) != 1 {
		t.Fatalf("%d groups in\n%s\n%v", len(set.Groups), file, findings)
	}
	expr := set.Groups[0].Rules[0].Expr
	if expr.Value != want {
		t.Fatalf("read %q, want %q, from\n%s", expr.Value, want, file)
	}
	lines := strings.Split(file, "\n")
	line, column := 0, 0
	for offset, r := range want {
		at := expr.Pos(offset, utf8.RuneLen(r))
		got := cut(lines, at)
		if at.Line < line || at.Line == line && at.Col <= column {
			t.Fatalf("character %d (%q) of %q is placed at %s, not behind the one before it, in\n%s", offset, r, want, at, file)
		}
		line, column = at.Line, at.Col
		if got == string(r) || decodes(got, r) {
			continue
		}
		t.Fatalf("character %d (%q) of %q is placed at %s, where %q stands, in\n%s", offset, r, want, at, got, file)
	}
}

// decodes reports whether what is written stands for the character: an escape, a quote, or the line break of a fold.
func decodes(written string, r rune) bool {
	switch {
	case r == '\n' || r == ' ': // the end of a line has no length
		return strings.TrimSpace(strings.TrimSuffix(written, "\r")) == "" || written == escape(r, true)
	case written == "''":
		return r == '\''
	}
	return written == escape(r, true) || written == escape(r, false) || written == fmt.Sprintf(`\u%04x`, r)
}
