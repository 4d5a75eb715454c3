package golden

import (
	"os"
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
