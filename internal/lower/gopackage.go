package lower

import (
	"go/token"
	"slices"
)

// goFolders are names that go build treats apart: it leaves some folders out, and lets nobody import from others.
var goFolders = []string{"internal", "main", "testdata", "vendor"}

// goPackage refuses names that Go could not import.
func (l *lowerer) goPackage(name string) string {
	const path, help = "instrument.go.package", `write another name, such as "metrics"`
	switch {
	case token.IsKeyword(name):
		l.report("instrument/module", path, help, "%q is a keyword of Go: no package can have that name", name)
	case slices.Contains(goFolders, name):
		l.report("instrument/module", path, help, "Go imports no package %s from another folder", name)
	}
	return name
}
