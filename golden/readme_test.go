package golden

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/generator"
)

// TestTheReadmeTellsTheTruth compiles the README's example and looks for what the README says it becomes.
func TestTheReadmeTellsTheTruth(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```(cue checkout/spec.cue|yaml)\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) != 2 || blocks[0][1] != "cue checkout/spec.cue" || blocks[1][1] != "yaml" {
		t.Fatalf("the README has %d examples, want a spec and what it becomes", len(blocks))
	}
	spec, becomes := blocks[0][2], blocks[1][2]
	if lines := strings.Count(spec, "\n"); lines != 25 {
		t.Errorf("the README's spec has %d lines, and the text says 25", lines)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "checkout.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.HasErrors() {
		t.Fatalf("the README's spec is wrong: %v", result.Diagnostics)
	}
	artifacts := result.Outputs[0].Artifacts
	if len(artifacts) != 23 {
		t.Errorf("the README's spec becomes %d files, and the text says 23", len(artifacts))
	}
	for _, a := range artifacts {
		if a.Path == "prometheus/rules.yaml" && strings.Contains(string(a.Data), becomes) {
			return
		}
	}
	t.Errorf("the README's spec does not become\n%s", becomes)
}

// TestTheReadmeListsEveryDependency wants a reason for each module that go.mod requires directly.
func TestTheReadmeListsEveryDependency(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "\n## Dependencies\n")
	section, _, found := strings.Cut(after, "\n## ")
	if !found {
		t.Fatal("the README has no section of dependencies")
	}
	goMod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(goMod), -1)
	if len(required) < 10 {
		t.Fatalf("go.mod has %d direct dependencies", len(required))
	}
	major := regexp.MustCompile(`/v[0-9]+$`)
	for _, line := range required {
		if name := path.Base(major.ReplaceAllString(line[1], "")); !strings.Contains(section, name) {
			t.Errorf("the README gives no reason for %s", line[1])
		}
	}
}
