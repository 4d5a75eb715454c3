package instrument

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mistake is a wrong use of the generated code, and a part of what the compiler says of it.
type mistake struct{ name, code, want string }

// TestWrongUseDoesNotCompile compiles mistakes, each on a line of its own, and expects the compiler's error at each.
func TestWrongUseDoesNotCompile(t *testing.T) {
	mistakes := []mistake{
		{"a value that the label does not have", `m.TicketsProcessedTotal(support.CategoryRefund, support.ChannelWeb).Inc()`, `undefined: support.CategoryRefund`},
		{"a text for a closed label", `m.TicketsProcessedTotal("bug_report", support.ChannelWeb).Inc()`, `cannot use "bug_report"`},
		{"labels in the wrong order", `m.TicketsProcessedTotal(support.ChannelWeb, support.CategoryBugReport).Inc()`, `cannot use support.ChannelWeb`},
		{"another label's value", `m.TicketsProcessedTotal(support.CategoryBugReport, support.PriorityHigh).Inc()`, `cannot use support.PriorityHigh`},
		{"a label too few", `m.TicketsProcessedTotal(support.CategoryBugReport).Inc()`, `not enough arguments`},
		{"a label too many", `m.TicketsProcessedTotal(support.CategoryBugReport, support.ChannelWeb, support.PriorityHigh).Inc()`, `too many arguments`},
		{"a value made by hand", `m.QueueDepth(support.Priority{1}).Set(1)`, `implicit assignment to unexported field index`},
		{"seconds as a number", `m.ResponseDurationMilliseconds().Observe(time.Since(start).Seconds())`, `cannot use time.Since(start).Seconds()`},
		{"milliseconds as a whole number", `m.ResponseDurationMilliseconds().Observe(time.Since(start).Milliseconds())`, `cannot use time.Since(start).Milliseconds()`},
		{"a time where things are counted", `m.PromptTokens().Observe(time.Second)`, `cannot use time.Second`},
		{"a part of a thing", `m.TicketsProcessedTotal(support.CategoryBugReport, support.ChannelWeb).Add(0.5)`, `0.5`},
		{"a number whose scale nobody knows", `m.ConfidenceScore(support.CategoryBugReport).Set(percent)`, `cannot use percent`},
		{"things as money", `m.SpentDollarsTotal().Add(tickets)`, `cannot use tickets`},
		{"a dollar counted by mistake", `m.SpentDollarsTotal().Inc()`, `m.SpentDollarsTotal().Inc undefined`},
		{"a duration where a point in time is meant", `m.LastBatchTimestampSeconds().Set(time.Second)`, `cannot use time.Second`},
		{"a counter that is set", `m.RetriesTotal(support.PriorityHigh).Set(1)`, `.Set undefined`},
		{"a metric that is not declared", `m.TicketsLostTotal().Inc()`, `m.TicketsLostTotal undefined`},
		{"another counter's type in an operation", `_ = support.Operation{Failed: m.SpentDollarsTotal()}`, `cannot use m.SpentDollarsTotal()`},
	}
	right := []string{
		`m.TicketsProcessedTotal(support.CategoryBugReport, support.ChannelWeb).Add(tickets)`,
		`m.ResponseDurationMilliseconds().Observe(time.Since(start))`,
		`m.ConfidenceScore(support.CategoryBugReport).Set(support.Ratio(percent / 100))`,
		`m.SpentDollarsTotal().Add(0.02)`,
	}
	const head = "package wrong\n\nimport (\n\t\"time\"\n\n\t\"github.com/belfry-dev/belfry/generator/instrument/internal/support\"\n)\n\n" +
		"func wrong(m *support.Metrics, start time.Time, percent float64, tickets int) {\n"
	source, want := head, map[int]string{}
	for _, line := range right {
		source += "\t" + line + "\n"
	}
	for _, mistake := range mistakes {
		want[strings.Count(source, "\n")+1] = mistake.name
		source += "\t" + mistake.code + "\n"
	}
	got := map[int]string{}
	for _, reported := range compile(t, source+"}\n") {
		name := want[reported.line]
		known := slices.ContainsFunc(mistakes, func(m mistake) bool { return m.name == name && strings.Contains(reported.text, m.want) })
		switch {
		case known:
			got[reported.line] = name
		case got[reported.line] == "":
			got[reported.line] = "an error that is not expected: " + reported.text
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the compiler finds other mistakes (-want +got):\n%s", diff)
	}
}

// reported is one error of the compiler.
type reported struct {
	line int
	text string
}

var compilerError = regexp.MustCompile(`(?m)^.*\bwrong\.go:(\d+):\d+: (.*)$`)

// compile compiles a file that uses the generated package, and returns all errors.
func compile(t *testing.T, source string) []reported {
	t.Helper()
	// Below the package, because the generated one is internal; the underscore hides the folder from ./... patterns.
	dir, err := os.MkdirTemp(".", "_wrong")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "wrong.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command("go", "build", "-gcflags=-e", "./"+dir).CombinedOutput()
	if err == nil {
		t.Fatal("everything compiles")
	}
	var errors []reported
	for _, match := range compilerError.FindAllStringSubmatch(string(output), -1) {
		line, err := strconv.Atoi(match[1])
		if err != nil {
			t.Fatal(err)
		}
		errors = append(errors, reported{line, match[2]})
	}
	if len(errors) == 0 {
		t.Fatalf("the compiler was not reached:\n%s", output)
	}
	return errors
}
