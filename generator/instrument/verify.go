package instrument

import (
	"fmt"
	"go/parser"
	"go/token"
	"path"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify parses generated Go and holds the package clause against the folder. That the code compiles and exposes what the
// spec declares is what its own generated test and the golden packages show.
func Verify(a artifact.Artifact) error {
	file, err := parser.ParseFile(token.NewFileSet(), a.Path, a.Data, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("go/parser: %w", err)
	}
	if folder := path.Base(path.Dir(a.Path)); file.Name.Name != folder {
		return fmt.Errorf("%s: package %s in folder %s", a.Path, file.Name.Name, folder)
	}
	return nil
}
