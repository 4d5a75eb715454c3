package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheLeanLanguageLeavesOutWhatOnlyExplains(t *testing.T) {
	for name, content := range leanLanguage() {
		if text := string(content); strings.Contains(text, "error(") || strings.Contains(text, "#Params\n") {
			t.Errorf("%s is not lean:\n%s", name, text)
		}
	}
}

// TestTheWholeLanguageHasTheLastWord writes a type as a pattern that one word matches. The lean language sees a pattern,
// the language sees the word.
func TestTheWholeLanguageHasTheLastWord(t *testing.T) {
	dir := write(t, map[string]string{"spec/a.cue": "package m\n" + shopService + `
metrics: errors_total: {type: =~"^c", help: "Errors."}
`})
	have := mustLoad(t, LoadOptions{Dir: dir, Patterns: []string{"./spec"}})[0].Spec.Metrics
	if diff := cmp.Diff(map[string]Metric{"errors_total": {Type: "counter", Help: "Errors."}}, have); diff != "" {
		t.Error(diff)
	}
}
