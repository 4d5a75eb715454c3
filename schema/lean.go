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

// bareLanguage is the lean language without defaults, because CUE keeps both, the default and what it stands for, at every
// value: a field that has one may be left out instead, and decode fills it in. That makes a difference to files that look at
// a field without writing it, so it is for files that isData lets pass. To refer to such a field is an error here and not in
// the language, which has the last word.
var bareLanguage = sync.OnceValue(func() map[string][]byte {
	return languageWith(func(field *ast.Field) {
		choice, ok := field.Value.(*ast.BinaryExpr)
		if !ok || choice.Op != token.OR {
			return
		}
		alternatives := operands(choice)
		first, ok := alternatives[0].(*ast.UnaryExpr)
		if !ok || first.Op != token.MUL {
			return
		}
		field.Constraint = token.OPTION
		alternatives[0] = first.X
		if words := onlyWords(alternatives); words != nil {
			field.Value = oneOf(words)
		} else {
			// The default is one of those that the others allow.
			field.Value = ast.NewBinExpr(token.OR, alternatives[1:]...)
		}
	})
})

// leanLanguage is the language without what only helps to explain mistakes, because CUE tries every alternative of every
// value: alternatives that are errors are left out, a choice of words is one pattern, and an embedded definition's fields
// stand in its place. What it accepts, the language accepts with the same values. What it refuses, the language may still
// accept (a choice that other constraints narrow down to one word is that word), and explains better.
var leanLanguage = sync.OnceValue(func() map[string][]byte { return languageWith(func(*ast.Field) {}) })

// languageWith is the lean language with a change made to each field.
func languageWith(change func(*ast.Field)) map[string][]byte {
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
			case *ast.Field:
				change(x)
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
}

// withoutError leaves out an error that ends a list of alternatives. Where these are words alone, they become one pattern.
func withoutError(x *ast.BinaryExpr) ast.Expr {
	if _, isError := x.Y.(*ast.CallExpr); !isError {
		return x
	}
	words := onlyWords(operands(x.X))
	if len(words) < 2 {
		return x.X // a pattern, or a value, not a choice
	}
	return oneOf(words)
}

// onlyWords returns the texts of alternatives that are all words, and nil otherwise.
func onlyWords(alternatives []ast.Expr) []string {
	var words []string
	for _, alternative := range alternatives {
		word, ok := alternative.(*ast.BasicLit)
		if !ok || word.Kind != token.STRING {
			return nil
		}
		words = append(words, literalText(word))
	}
	return words
}

// oneOf is a pattern that takes the words.
func oneOf(words []string) ast.Expr {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = regexp.QuoteMeta(word)
	}
	return &ast.UnaryExpr{Op: token.MAT, X: ast.NewString("^(" + strings.Join(quoted, "|") + ")$")}
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
