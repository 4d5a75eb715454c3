package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/goldenfile"
)

var (
	// fileBlock is a file of an example: its fence names it behind the language.
	fileBlock = regexp.MustCompile("(?ms)^```\\w+ (\\S+)\n(.*?)^```$")
	// commandBlock is a command with what it prints.
	commandBlock = regexp.MustCompile("(?ms)^```console\n\\$ belfry ([^\n]+)\n(.*?)^```$")
)

// TestTheExamplesOfTheDocumentationPrintWhatTheySay runs each command of an example beside the example's files.
func TestTheExamplesOfTheDocumentationPrintWhatTheySay(t *testing.T) {
	update := goldenfile.Updating(t)
	for _, page := range []string{"README.md", "docs/lint.md"} {
		file, err := filepath.Abs(filepath.Join("../..", page))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(page, func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			for _, block := range fileBlock.FindAllStringSubmatch(string(content), -1) {
				write(t, block[1], block[2])
			}
			commands := commandBlock.FindAllStringSubmatchIndex(string(content), -1)
			if len(commands) == 0 {
				t.Fatal("there is no example")
			}
			renewed, from := "", 0
			for _, at := range commands {
				command, want := string(content[at[2]:at[3]]), string(content[at[4]:at[5]])
				got := printed(command)
				if difference := cmp.Diff(want, got); difference != "" && !update {
					t.Errorf("belfry %s (-want +got):\n%s", command, difference)
				}
				renewed, from = renewed+string(content[from:at[4]])+got, at[5]
			}
			if update {
				write(t, file, renewed+string(content[from:]))
			}
		})
	}
}

// printed is what a command prints, errors behind the rest.
func printed(command string) string {
	var out, problems bytes.Buffer
	run(strings.Fields(command), &out, &problems)
	return out.String() + problems.String()
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
