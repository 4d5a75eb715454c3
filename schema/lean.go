package schema

import (
	"regexp"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// leanLanguage is the language without what only helps to explain mistakes, because CUE tries every alternative of every
// value: alternatives that are errors are left out, a choice of words is one pattern, and an embedded definition's fields
// stand in its place. What it accepts, the language accepts with the same values. What it refuses, the language may still
// accept (a choice that other constraints narrow down to one word is that word), and explains better.
var leanLanguage = sync.OnceValue(func() map[string][]byte {
	files := map[string]*ast.File{}
	definitions := map[string]*ast.StructLit{}
	for name, content := range Sources() {
		// Parsed anew, because the files are changed.
		file, err := parser.ParseFile(name, content)
		if err != nil {
			panic(err) // a test parses the same files
		}
		files[name] = file
		for _, declaration := range file.Decls {
			if field, ok := declaration.(*ast.Field); ok {
				definitions[labelName(field.Label)], _ = field.Value.(*ast.StructLit)
			}
		}
	}
	lean := map[string][]byte{}
	for name, file := range files {
		content, err := format.Node(astutil.Apply(file, nil, func(at astutil.Cursor) bool {
			switch x := at.Node().(type) {
			case *ast.BinaryExpr:
				if x.Op == token.OR {
					at.Replace(withoutError(x))
				}
			case *ast.StructLit:
				x.Elts = withoutEmbeddings(x.Elts, definitions)
			}
			return true
		}))
		if err != nil {
			panic(err) // the file was parsed from source
		}
		lean[name] = content
	}
	return lean
})

// withoutError leaves out an error that ends a list of alternatives. Where these are words alone, they become one pattern.
func withoutError(x *ast.BinaryExpr) ast.Expr {
	if _, isError := x.Y.(*ast.CallExpr); !isError {
		return x
	}
	var words []string
	for _, operand := range operands(x.X) {
		word, ok := operand.(*ast.BasicLit)
		if !ok || word.Kind != token.STRING {
			return x.X
		}
		words = append(words, regexp.QuoteMeta(literalText(word)))
	}
	if len(words) == 1 {
		return x.X // a value, not a choice
	}
	return &ast.UnaryExpr{Op: token.MAT, X: ast.NewString("^(" + strings.Join(words, "|") + ")$")}
}

// withoutEmbeddings puts the fields of embedded definitions in their place.
func withoutEmbeddings(declarations []ast.Decl, definitions map[string]*ast.StructLit) []ast.Decl {
	var all []ast.Decl
	for _, declaration := range declarations {
		if embedding, ok := declaration.(*ast.EmbedDecl); ok {
			if name, ok := embedding.Expr.(*ast.Ident); ok && definitions[name.Name] != nil {
				all = append(all, definitions[name.Name].Elts...)
				continue
			}
		}
		all = append(all, declaration)
	}
	return all
}
