package check

import (
	"testing"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// TestTheReferenceSpecHasOnlyWarningsThatItCanAccept compiles the spec that the project ships, and accepts whatever is left.
func TestTheReferenceSpecHasOnlyWarningsThatItCanAccept(t *testing.T) {
	packages, list, err := schema.Load(schema.LoadOptions{Dir: "../..", Patterns: []string{"./spec"}})
	if err != nil || list.HasErrors() {
		t.Fatal(err, list)
	}
	loaded := packages[0]
	program, list := lower.Lower(lower.Input{Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Locate: loaded.Locate})
	list = append(list, Run(program)...)
	accepted := map[string]schema.Accept{}
	for _, d := range list {
		entry := accepted[d.Code]
		entry.Names = append(entry.Names, objectName(d.Path))
		accepted[d.Code] = entry
	}
	for _, d := range Apply(list, accepted, func(string) diag.Pos { return diag.Pos{} }) {
		t.Error(d)
	}
}
