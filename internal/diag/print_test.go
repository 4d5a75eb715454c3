package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const alerts = "package monitoring\n\n\talerts: High: {signal: \"response\", above: \"10 USD\"}\r\n// größer 長い: x\n"

var findings = List{
	{Code: "quantity/unit", Severity: Error, Pos: Pos{"spec/alerts.cue", 3, 44, 8}, Path: "alerts.High.above",
		Message: "10 USD is money, signal response is a time",
		Notes:   []string{"signal defined at spec/signals.cue:31:2"}, Help: `write a duration, such as "10s"`},
	{Code: "name/style", Severity: Warning, Pos: Pos{"spec/alerts.cue", 4, 13, 6}, Message: "50% of <names>, so: long"},
	{Code: "spec/empty", Severity: Error, Pos: Pos{File: "spec/gone, 1.cue"}, Message: "nothing here"},
	{Code: "spec/empty", Severity: Error, Message: "no place is known"},
}

func readFile(file string) ([]byte, error) {
	if file == "spec/alerts.cue" {
		return []byte(alerts), nil
	}
	return nil, fs.ErrNotExist
}

func printed(t *testing.T, format Format, list List, options Options) string {
	t.Helper()
	if options.ReadFile == nil {
		options.ReadFile = readFile
	}
	var out bytes.Buffer
	if err := Print(&out, format, list, options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextShowsTheSourceUnderACaret(t *testing.T) {
	want := `spec/alerts.cue:3:44: error[quantity/unit]: alerts.High.above: 10 USD is money, signal response is a time
    3 | 	alerts: High: {signal: "response", above: "10 USD"}
      | 	                                          ^^^^^^^^
      = signal defined at spec/signals.cue:31:2
      = help: write a duration, such as "10s"
spec/alerts.cue:4:13: warning[name/style]: 50% of <names>, so: long
    4 | // größer 長い: x
      |           ^^^^
spec/gone, 1.cue: error[spec/empty]: nothing here
error[spec/empty]: no place is known
3 errors, 1 warning · 31 of 33 expressions fully typed
`
	got := printed(t, Text, findings, Options{Status: "31 of 33 expressions fully typed"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestTextHasColourOnlyWhenAsked(t *testing.T) {
	if got := printed(t, Text, findings, Options{}); strings.Contains(got, "\x1b") {
		t.Errorf("colour without being asked for:\n%q", got)
	}
	got := printed(t, Text, findings[:1], Options{Color: true})
	for _, want := range []string{red + "error[quantity/unit]" + reset, red + "^^^^^^^^" + reset, cyan + "help:" + reset} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestTextNeverPassesControlCharactersOn(t *testing.T) {
	list := List{{Code: "a/b", Severity: Error, Pos: Pos{File: "evil.cue", Line: 1, Col: 4}, Path: "x\x1b[2J", Message: "name \"\x1b[31m\"\nnext", Notes: []string{"\x07"}}}
	got := printed(t, Text, list, Options{ReadFile: func(string) ([]byte, error) { return []byte("a: \x1b]0;title\x07 \xff\u202e"), nil }})
	if strings.ContainsAny(got, "\x1b\x07\u202e") || !utf8.ValidString(got) || strings.Count(got, "\n") != 5 {
		t.Errorf("control characters or line breaks came through: %q", got)
	}
}

func TestTextCutsLongLinesAroundTheCaret(t *testing.T) {
	long := strings.Repeat("a", 5000) + `"10 USD"` + strings.Repeat("b", 5000)
	for name, pos := range map[string]Pos{
		"middle": {"long.cue", 1, 5001, 8}, "start": {"long.cue", 1, 1, 3}, "end": {"long.cue", 1, 10008, 1}, "huge": {"long.cue", 1, 2, 9000},
		"beyond": {"long.cue", 1, 20000, 5},
	} {
		got := printed(t, Text, List{{Code: "a/b", Severity: Error, Pos: pos, Message: "m"}}, Options{
			ReadFile: func(string) ([]byte, error) { return []byte(long), nil }})
		lines := strings.Split(got, "\n")
		source, carets := lines[1], lines[2]
		if n := len([]rune(source)); n > maxExcerpt+12 || !strings.Contains(source, "…") {
			t.Errorf("%s: %d characters are shown, want at most %d and an ellipsis", name, n, maxExcerpt+12)
		}
		if len(carets) > len([]rune(source))+1 {
			t.Errorf("%s: the caret is %d columns right, the source has %d", name, len(carets), len([]rune(source)))
		}
		if at := strings.Index(carets, "^"); name == "middle" && !strings.HasPrefix(string([]rune(source)[at:]), `"10 USD"bbb`) {
			t.Errorf("the caret points at %q", string([]rune(source)[at:]))
		}
	}
}

func TestTextWithoutFindings(t *testing.T) {
	if diff := cmp.Diff("no findings\n", printed(t, Text, nil, Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSummaryCounts(t *testing.T) {
	one, two := Diagnostic{Severity: Error}, Diagnostic{Severity: Warning}
	for want, list := range map[string]List{
		"no findings": nil, "1 error": {one}, "2 errors": {one, one}, "1 warning": {two}, "2 errors, 1 warning": {one, two, one},
	} {
		if diff := cmp.Diff(want, list.Summary()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestJSONIsAReportThatReadsBack(t *testing.T) {
	var report Report
	if err := json.Unmarshal([]byte(printed(t, JSON, findings, Options{})), &report); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Report{Version: 1, Errors: 3, Warnings: 1, Diagnostics: findings}, report); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := "{\n  \"version\": 1,\n  \"errors\": 0,\n  \"warnings\": 0,\n  \"diagnostics\": []\n}\n"
	if diff := cmp.Diff(want, printed(t, JSON, nil, Options{})); diff != "" {
		t.Errorf("without findings (-want +got):\n%s", diff)
	}
}

func TestJSONShapeIsStable(t *testing.T) {
	want := `{
  "version": 1,
  "errors": 1,
  "warnings": 0,
  "diagnostics": [
    {
      "code": "quantity/unit",
      "severity": "error",
      "pos": {
        "file": "spec/alerts.cue",
        "line": 3,
        "col": 44,
        "len": 8
      },
      "path": "alerts.High.above",
      "message": "10 USD is money, signal response is a time",
      "notes": [
        "signal defined at spec/signals.cue:31:2"
      ],
      "help": "write a duration, such as \"10s\""
    }
  ]
}
`
	if diff := cmp.Diff(want, printed(t, JSON, findings[:1], Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGitHubEscapesCommands(t *testing.T) {
	want := `::error file=spec/alerts.cue,line=3,col=44,endColumn=51,title=quantity/unit::alerts.High.above: 10 USD is money, signal response is a time%0Asignal defined at spec/signals.cue:31:2%0Ahelp: write a duration, such as "10s"
::warning file=spec/alerts.cue,line=4,col=11,endColumn=12,title=name/style::50%25 of <names>, so: long
::error file=spec/gone%2C 1.cue,title=spec/empty::nothing here
::error title=spec/empty::no place is known
`
	if diff := cmp.Diff(want, printed(t, GitHub, findings, Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	forged := List{{Code: "a/b", Severity: Warning, Message: "x\n::error::forged\r\n::stop"}}
	if got := printed(t, GitHub, forged, Options{}); strings.Count(got, "\n") != 1 {
		t.Errorf("a message forged another command: %q", got)
	}
}

func TestSARIFNamesRulesAndPlaces(t *testing.T) {
	var log sarifLog
	decoder := json.NewDecoder(strings.NewReader(printed(t, SARIF, findings, Options{Describe: func(code string) string { return "about " + code }})))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].ColumnKind != "unicodeCodePoints" {
		t.Fatalf("no run of SARIF 2.1.0: %+v", log)
	}
	rules := []sarifRule{
		{"name/style", &sarifText{"about name/style"}}, {"quantity/unit", &sarifText{"about quantity/unit"}}, {"spec/empty", &sarifText{"about spec/empty"}},
	}
	if diff := cmp.Diff(rules, log.Runs[0].Tool.Driver.Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	body := "alerts.High.above: 10 USD is money, signal response is a time\nsignal defined at spec/signals.cue:31:2\nhelp: write a duration, such as \"10s\""
	results := []sarifResult{
		{"quantity/unit", 1, Error, sarifText{body}, []sarifLocation{{
			sarifPhysical{sarifArtifact{"spec/alerts.cue"}, &sarifRegion{3, 44, 52}}, []sarifLogical{{"alerts.High.above"}}}}},
		{"name/style", 0, Warning, sarifText{"50% of <names>, so: long"}, []sarifLocation{{
			sarifPhysical{sarifArtifact{"spec/alerts.cue"}, &sarifRegion{4, 11, 13}}, nil}}},
		{"spec/empty", 2, Error, sarifText{"nothing here"}, []sarifLocation{{sarifPhysical{sarifArtifact{"spec/gone,%201.cue"}, nil}, nil}}},
		{"spec/empty", 2, Error, sarifText{"no place is known"}, nil},
	}
	if diff := cmp.Diff(results, log.Runs[0].Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestSARIFWithoutFindingsHasEmptyLists(t *testing.T) {
	got := printed(t, SARIF, nil, Options{})
	for _, want := range []string{`"results": []`, `"rules": []`} { // null is invalid by the schema
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestJUnitFailsErrorsAndSkipsWarnings(t *testing.T) {
	var report struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suite    struct {
			Tests    int         `xml:"tests,attr"`
			Failures int         `xml:"failures,attr"`
			Skipped  int         `xml:"skipped,attr"`
			Cases    []JUnitCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(printed(t, JUnit, findings, Options{})), &report); err != nil {
		t.Fatal(err)
	}
	suite := report.Suite
	if diff := cmp.Diff([]int{4, 3, 4, 3, 1}, []int{report.Tests, report.Failures, suite.Tests, suite.Failures, suite.Skipped}); diff != "" {
		t.Errorf("tests, failures, and the suite's tests, failures, skipped (-want +got):\n%s", diff)
	}
	first := JUnitCase{Name: "quantity/unit", Class: "alerts.High.above", File: "spec/alerts.cue", Line: 3, Failure: &JUnitMessage{
		Type: "quantity/unit", Message: findings[0].Message, Text: "spec/alerts.cue:3:44: " + findings[0].body()}}
	if diff := cmp.Diff(first, suite.Cases[0]); diff != "" {
		t.Errorf("first case (-want +got):\n%s", diff)
	}
	if suite.Cases[1].Skipped == nil || suite.Cases[1].Failure != nil {
		t.Errorf("a warning is not skipped: %+v", suite.Cases[1])
	}
	if got := printed(t, JUnit, nil, Options{}); !strings.Contains(got, `tests="1" failures="0"`) {
		t.Errorf("without findings there is no passing test:\n%s", got)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestPrintReportsTheWritersError(t *testing.T) {
	for _, format := range Formats() {
		if err := Print(broken{}, format, findings, Options{ReadFile: readFile}); err == nil || err.Error() != "disk full" {
			t.Errorf("%s: %v, want the writer's error", format, err)
		}
	}
}

func FuzzTextSurvivesAnyPosition(f *testing.F) {
	f.Add("a: 長い\tx", 1, 5, 2)
	f.Add("\xff\x1b", 1, -3, 1<<40)
	f.Add(strings.Repeat("ö", 1000), 1, 1001, -1)
	f.Fuzz(func(t *testing.T, source string, line, col, length int) {
		list := List{{Code: "a/b", Severity: Error, Pos: Pos{"any.cue", line, col, length}, Message: "m"}}
		options := Options{ReadFile: func(string) ([]byte, error) { return []byte(source), nil }}
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := Print(&out, format, list, options); err != nil {
				t.Fatal(err)
			}
			if len(out.String()) > 4000 || !utf8.ValidString(out.String()) {
				t.Fatalf("%s printed %d bytes: %.200q", format, out.Len(), out.String())
			}
		}
	})
}

// TestALineOfMegabytesWithManyFindingsIsPrintedAtOnce prints a dashboard of one line: time must not grow with its square, which
// would be minutes. What is allowed is a hundred times what it takes, for a busy machine.
func TestALineOfMegabytesWithManyFindingsIsPrintedAtOnce(t *testing.T) {
	line := []byte(strings.Repeat(`{"title": "größer", "expr": "up"}, `, 400_000))
	var list List
	for column := 1; column < len(line); column += 360 {
		list = append(list, Diagnostic{Code: "a/b", Severity: Error, Pos: Pos{"board.json", 1, column, 5}, Message: "m"})
	}
	for _, format := range Formats() {
		began := time.Now()
		printed(t, format, list, Options{ReadFile: func(string) ([]byte, error) { return line, nil }})
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s takes %s for %d findings", format, took, len(list))
		}
	}
}
