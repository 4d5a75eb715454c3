package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheReadmeSaysWhatItsChangeMeans applies the change in the README to its spec, and compares the first screen of belfry diff.
func TestTheReadmeSaysWhatItsChangeMeans(t *testing.T) {
	const file = "../../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block := func(fence string) string {
		found := regexp.MustCompile("(?ms)^```"+fence+"\n(.*?)^```$").FindAllSubmatch(readme, -1)
		if len(found) != 1 {
			t.Fatalf("the README has %d blocks %s, want 1", len(found), fence)
		}
		return string(found[0][1])
	}
	spec, change, want := block("cue checkout/spec.cue"), block("diff"), block("text\n\\$ belfry diff main")
	changed, old := spec, ""
	for line := range strings.Lines(change) {
		switch mark, text := line[0], line[1:]; {
		case mark == '-' && old == "" && strings.Contains(spec, text):
			old = text
		case mark == '+' && old != "":
			changed, old = strings.Replace(changed, old, text, 1), ""
		default:
			t.Fatalf("the README's change does not fit its spec: %s", line)
		}
	}
	t.Chdir(t.TempDir())
	write(t, "before/spec.cue", spec)
	write(t, "after/spec.cue", changed)
	var out, problems bytes.Buffer
	if code := run([]string{"diff", "./before", "./after"}, &out, &problems); code != exitFindings {
		t.Fatalf("exit code %d\n%s", code, problems.String())
	}
	screen, _, _ := strings.Cut(out.String(), "\n\ndetails")
	if difference := cmp.Diff(want, screen+"\n"); difference != "" {
		t.Errorf("the README says otherwise (-want +got):\n%s\n%s", difference, screen)
	}
}
