package schema

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// written is what a package's files write out at one place of the spec. Asking CUE for a field that is not there costs as
// much as for one that is, and most fields of the language are left out most of the time.
type written struct {
	// open says that more may be there, at this place and at any below it: what is referred to, computed or brought along.
	open     bool
	fields   map[string]*written
	elements *written // of a list, all together
}

// anything is a place of which nothing is known.
var anything = &written{open: true}

// mayHave reports whether a field of the name may be there, other than by its default.
func (w *written) mayHave(name string) bool { return w.open || w.fields[name] != nil }

// field is the place of a field.
func (w *written) field(name string) *written {
	if found := w.fields[name]; found != nil && !w.open {
		return found
	}
	return anything
}

// element is the place of every element of a list.
func (w *written) element() *written {
	if w.elements == nil || w.open {
		return anything
	}
	return w.elements
}

// writtenIn collects what the files of a package write.
func writtenIn(files []*ast.File) *written {
	root := &written{}
	for _, file := range files {
		w := writtenReader{language: languageName(file)}
		w.declarations(file.Decls, root)
	}
	return root
}

// languageName is the name by which a file refers to the language; empty where it does not import it.
func languageName(file *ast.File) string {
	for imported := range file.ImportSpecs() {
		if strings.Trim(imported.Path.Value, `"`) != ImportPath {
			continue
		}
		if imported.Name != nil {
			return imported.Name.Name
		}
		return path.Base(ImportPath)
	}
	return ""
}

// writtenReader reads one file.
type writtenReader struct{ language string }

func (r writtenReader) declarations(all []ast.Decl, into *written) {
	for _, declaration := range all {
		switch d := declaration.(type) {
		case *ast.Field:
			r.label(d.Label, d.Value, into)
			into.open = into.open || slices.ContainsFunc(d.Attrs, bringsValues)
		case *ast.EmbedDecl:
			r.value(d.Expr, into)
		case *ast.Comprehension:
			r.comprehension(d, into)
		case *ast.Attribute:
			into.open = into.open || bringsValues(d)
		case *ast.Ellipsis:
			into.open = into.open || d.Type != nil
		case *ast.Package, *ast.ImportDecl, *ast.LetClause, *ast.CommentGroup:
		default:
			into.open = true
		}
	}
}

// bringsValues reports whether an attribute may add something, as @embed does with a file.
func bringsValues(attribute *ast.Attribute) bool {
	key, _ := attribute.Split()
	return key != "experiment" && key != "tag"
}

func (r writtenReader) comprehension(x *ast.Comprehension, into *written) {
	r.value(x.Value, into)
	into.open = into.open || x.Fallback != nil
}

// label adds a field. A label that is computed, or a pattern, may mean any field.
func (r writtenReader) label(label ast.Label, value ast.Expr, into *written) {
	switch x := label.(type) {
	case *ast.Alias:
		if inner, ok := x.Expr.(ast.Label); ok {
			r.label(inner, value, into)
			return
		}
	case *ast.Ident, *ast.BasicLit:
		name := labelName(label)
		if into.fields == nil {
			into.fields = map[string]*written{}
		}
		if into.fields[name] == nil {
			into.fields[name] = &written{}
		}
		r.value(value, into.fields[name])
		return
	}
	into.open = true
}

// value adds what an expression is known to hold.
func (r writtenReader) value(expression ast.Expr, into *written) {
	switch x := expression.(type) {
	case *ast.BasicLit, *ast.Interpolation, *ast.BottomLit:
	case *ast.UnaryExpr:
		r.value(x.X, into) // a default, or a bound of a scalar
	case *ast.ParenExpr:
		r.value(x.X, into)
	case *ast.StructLit:
		r.declarations(x.Elts, into)
	case *ast.ListLit:
		r.elements(x.Elts, into)
	case *ast.BinaryExpr:
		if x.Op != token.AND && x.Op != token.OR {
			into.open = true
			return
		}
		r.value(x.X, into)
		r.value(x.Y, into)
	default:
		into.open = into.open || !r.isLanguage(expression)
	}
}

func (r writtenReader) elements(all []ast.Expr, into *written) {
	if into.elements == nil {
		into.elements = &written{}
	}
	for _, element := range all {
		switch x := element.(type) {
		case *ast.Ellipsis:
			if x.Type != nil {
				r.value(x.Type, into.elements)
			}
		case *ast.Comprehension:
			r.comprehension(x, into.elements)
		default:
			r.value(element, into.elements)
		}
	}
}

// isLanguage reports whether an expression is a definition of the language, which brings nothing along but defaults.
func (r writtenReader) isLanguage(expression ast.Expr) bool {
	selector, ok := expression.(*ast.SelectorExpr)
	if !ok || r.language == "" {
		return false
	}
	name, ok := selector.X.(*ast.Ident)
	return ok && name.Name == r.language
}
