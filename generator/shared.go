package generator

import (
	"path"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// unusedCodes are the findings about what one package does not use.
var unusedCodes = []string{"accept/unused", "metric/unused", "receiver/unused", "signal/unused"}

// withoutShared drops what is said to be unused of things that other packages may use: those that a package inherits from a
// parent folder, and those of a package without a service, which it declares for the packages below.
func withoutShared(loaded *schema.Package, found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		shared := loaded.Spec.Service == nil || d.Pos.File != "" && path.Dir(d.Pos.File) != path.Clean(loaded.Folder)
		return shared && slices.Contains(unusedCodes, d.Code)
	})
}
