package schema

import (
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// fieldNames are the names that fields of a package can have. Asking CUE for a field that is not there costs as much as
// for one that is, and most of the language's fields are left out most of the time.
type fieldNames struct {
	all     bool // any name: labels are computed, or values come from elsewhere
	written map[string]bool
}

// mayHave reports whether a field of the name may be there.
func (n *fieldNames) mayHave(name string) bool { return n.all || n.written[name] || defaulted()[name] }

// namesIn collects the names that files write out. Only what stands in the files, or has a default in the language, becomes
// a field, unless a label is an expression, or another package or an embedded file brings fields along.
func namesIn(files []*ast.File) *fieldNames {
	names := &fieldNames{written: map[string]bool{}}
	for _, file := range files {
		for imported := range file.ImportSpecs() {
			names.all = names.all || strings.Trim(imported.Path.Value, `"`) != ImportPath
		}
		ast.Walk(file, func(node ast.Node) bool {
			switch x := node.(type) {
			case *ast.Attribute:
				key, _ := x.Split()
				names.all = names.all || key != "experiment" && key != "tag" // @embed brings a file along
			case *ast.Field:
				names.add(x.Label)
			}
			return true
		}, nil)
	}
	return names
}

func (n *fieldNames) add(label ast.Label) {
	switch x := label.(type) {
	case *ast.Alias:
		if inner, ok := x.Expr.(ast.Label); ok {
			n.add(inner)
		}
	case *ast.Ident, *ast.BasicLit:
		n.written[labelName(label)] = true
	case *ast.ListLit: // [string]: adds to fields that others write
	default:
		n.all = true
	}
}

// defaulted are the names of the language's fields that may be there without being written: those that are neither
// optional nor required.
var defaulted = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, file := range languageFiles() {
		ast.Walk(file, func(node ast.Node) bool {
			if field, ok := node.(*ast.Field); ok && field.Constraint == token.ILLEGAL {
				names[labelName(field.Label)] = true
			}
			return true
		}, nil)
	}
	return names
})
