package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// TestNoLineIsNeeded leaves out each line of each example in turn, and what follows it: nothing may panic.
func TestNoLineIsNeeded(t *testing.T) {
	for _, code := range cases(t) {
		content, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(code), "bad.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(content), "\n")
		for i := range lines {
			for _, broken := range []string{
				strings.Join(lines[:i], ""),
				strings.Join(lines[:i], "") + strings.Join(lines[min(i+1, len(lines)):], ""),
				strings.Join(lines[:i], "") + strings.Replace(strings.Join(lines[i:], ""), ": ", ": [{}, 1], x: ", 1),
			} {
				set, _ := read.Content("files.yaml", []byte(broken))
				lint.Run(set, promql.NewTable(nil))
			}
		}
	}
}
