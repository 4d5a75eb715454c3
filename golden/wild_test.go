package golden

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/read"
)

const wildPage = "../docs/lint-in-the-wild.md"

// wildPageIntro is what the page says before the sets.
const wildPageIntro = `# Lint in the wild

What ` + "`belfry lint`" + ` says of rules and dashboards that other projects publish. They are read from Go's module cache, without a spec
and without an exposition: what is known of metrics is what the catalogs and the recording rules in the files say. Every error
has been looked at, and stands here with the reason why it is a real defect. A test makes this page, and fails on an error that is not on it.

Coverage counts the expressions whose metrics and unit are known, and those of which something is known. What is not known is
no finding; how labels are kept and lost is known of every expression.
`

// TestPublishedFilesHaveNoErrorsButThoseOfThePage lints what others publish and compares with the page.
func TestPublishedFilesHaveNoErrorsButThoseOfThePage(t *testing.T) {
	cache := moduleCache(t)
	var page strings.Builder
	page.WriteString(wildPageIntro)
	for _, set := range wildSets {
		folder := filepath.Join(cache, filepath.FromSlash(set.module+"/"+set.folder))
		if _, err := os.Stat(folder); err != nil {
			t.Skipf("not in the module cache; go mod download brings it: %v", err)
		}
		page.WriteString(lintWild(t, set, folder))
	}
	goldenfile.CompareFile(t, wildPage, page.String())
}

func moduleCache(t *testing.T) string {
	t.Helper()
	output, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

// lintWild is the section of one set.
func lintWild(t *testing.T, published wildSet, folder string) string {
	t.Helper()
	set, found, err := read.Files([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	table, err := check.OpenWorld(check.World{Recordings: lint.Recordings(set)})
	if err != nil {
		t.Fatal(err)
	}
	more, coverage := lint.Run(set, table)
	var text strings.Builder
	fmt.Fprintf(&text, "\n## %s\n\n`%s`, %s: %s, %s, %s. Of %d expressions, %d are fully typed and %d in part.\n",
		published.title, published.module, published.folder, counted(len(set.Files), "file"), counted(countRules(set), "rule"), counted(len(set.Dashboards), "dashboard"),
		coverage.All(), coverage.Full, coverage.Partial)
	warnings := map[string]int{}
	var errors []string
	for _, d := range append(found, more...).Sort() {
		if d.Severity != diag.Error {
			warnings[d.Code]++
			continue
		}
		place := filepath.ToSlash(strings.TrimPrefix(d.Pos.File, folder+string(filepath.Separator)))
		why := published.reason(place, d)
		if why == "" {
			t.Errorf("%s: this error is not on the page: %s", place, d)
		}
		errors = append(errors, fmt.Sprintf("| %s:%d | %s | %s | %s |", place, d.Pos.Line, d.Code, cell(d.Path+": "+d.Message), cell(why)))
	}
	if len(errors) > 0 {
		fmt.Fprintf(&text, "\n| error at | code | what lint says | why it is a defect |\n|---|---|---|---|\n%s\n", strings.Join(errors, "\n"))
	} else {
		text.WriteString("\nNo errors.\n")
	}
	if len(warnings) > 0 {
		text.WriteString("\n| warnings | code |\n|---|---|\n")
		for _, code := range slices.Sorted(maps.Keys(warnings)) {
			fmt.Fprintf(&text, "| %d | %s |\n", warnings[code], code)
		}
	}
	return text.String()
}

func countRules(set *read.Set) int {
	rules := 0
	for _, group := range set.Groups {
		rules += len(group.Rules)
	}
	return rules
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// cell is a text in a table of Markdown.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
