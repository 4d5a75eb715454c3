package lint_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
)

// shopTable is what the examples' program describes, scraped every 30 s.
func shopTable(t *testing.T) *promql.Table {
	t.Helper()
	described, found, err := read.ExpositionFrom(t.Context(), remote.Access{}, "testdata/metrics.txt")
	if err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	var metrics []promql.Metric
	for _, m := range described {
		metric := m.Described()
		metric.Interval = 30 * time.Second
		metrics = append(metrics, metric)
	}
	table := promql.NewTable(ir.TargetLabels, metrics...)
	table.Complete = []string{"shop_"}
	return table
}

var want = regexp.MustCompile(`# want ([a-z/ -]+)$`)

// wanted lists the findings that a case's comments ask for, as "line code". A comment on a line of its own is about the file.
func wanted(content string) []string {
	var all []string
	for i, line := range strings.Split(content, "\n") {
		number := i + 1
		if strings.HasPrefix(line, "# want ") {
			number = 0
		}
		for _, found := range want.FindAllStringSubmatch(line, -1) {
			for _, code := range strings.Fields(found[1]) {
				all = append(all, position(number, code))
			}
		}
	}
	slices.Sort(all)
	return all
}

func position(line int, code string) string { return fmt.Sprintf("%s in line %d", code, line) }

// cases are the folders of testdata that hold an example.
func cases(t *testing.T) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS("testdata"), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "bad.yaml" {
			found = append(found, filepath.ToSlash(filepath.Dir(path)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEveryExampleIsFoundWhereItSaysAndItsTwinIsSilent runs all checks over the examples of every code. Comments "# want
// CODE" say in which lines what must be found, and nothing else may be.
func TestEveryExampleIsFoundWhereItSaysAndItsTwinIsSilent(t *testing.T) {
	for _, code := range cases(t) {
		for _, side := range []string{"bad", "good"} {
			t.Run(code+"/"+side, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join("testdata", filepath.FromSlash(code), side+".yaml")
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				asked := wanted(string(content))
				if isBad := side == "bad"; isBad != strings.Contains(strings.Join(asked, "\n"), code+" ") || !isBad && len(asked) > 0 {
					t.Errorf("the %s side asks for %v", side, asked)
				}
				findsWhatIsWanted(t, file, content)
			})
		}
	}
}

// TestMoreCasesAreFoundWhereTheySay runs all checks over the cases of a code that its example has no room for.
func TestMoreCasesAreFoundWhereTheySay(t *testing.T) {
	for _, code := range cases(t) {
		file := filepath.Join("testdata", filepath.FromSlash(code), "more.yaml")
		content, err := os.ReadFile(file)
		if err != nil {
			continue // most codes have none
		}
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			findsWhatIsWanted(t, file, content)
		})
	}
}

// findsWhatIsWanted runs all checks over a file and compares what they find with what its comments ask for.
func findsWhatIsWanted(t *testing.T, file string, content []byte) {
	t.Helper()
	set, list := read.Content(file, content)
	table := shopTable(t)
	table.AddRecordings(lint.Recordings(set))
	more, _ := lint.Run(set, table)
	var got []string
	for _, d := range append(list, more...) {
		got = append(got, position(d.Pos.Line, d.Code))
		if d.Help == "" {
			t.Errorf("%s gives no help", d)
		}
	}
	slices.Sort(got)
	if difference := cmp.Diff(wanted(string(content)), slices.Compact(got)); difference != "" {
		t.Errorf("findings (-want +got):\n%s\n%v", difference, append(list, more...))
	}
}

// TestEveryCheckHasItsExample keeps codes and testdata together.
func TestEveryCheckHasItsExample(t *testing.T) {
	shown := cases(t)
	for _, check := range lint.All() {
		if !slices.Contains(shown, check.Code) {
			t.Errorf("check %s has no example in testdata", check.Code)
		}
		if check.Summary == "" || check.Why == "" {
			t.Errorf("check %s does not say what is wrong and why it matters", check.Code)
		}
	}
}
