package schema

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// directly builds the instance of a package from its syntax. It is nil where there is none, or a mistake, which cue's loader then
// explains.
func (b *batch) directly(m *member) *build.Instance {
	if m.syntax == nil {
		return nil
	}
	module := m.folder.name + "@v0"
	instance := b.imports.NewInstance(m.folder.path, b.language)
	instance.Module, instance.Root = module, m.folder.root
	if relative, err := filepath.Rel(m.folder.root, m.folder.path); err == nil {
		instance.ImportPath = path.Join(module, filepath.ToSlash(relative)) + ":" + m.loaded.Name
	}
	embedder, err := parser.ParseFile(filepath.Join(m.folder.path, embeddingFile), embedding(m.loaded.Name), parser.Version(LanguageVersion))
	if err != nil {
		return nil
	}
	for _, file := range slices.Concat([]*ast.File{embedder}, m.syntax) {
		if instance.AddSyntax(file) != nil {
			return nil
		}
	}
	if instance.Complete() != nil || instance.ResolutionErr != nil {
		return nil
	}
	return instance
}

// syntaxOf parses the files of a package that needs nothing that cue's loader would have to find: they import the language and
// CUE's own packages at most, and have no attribute but experiments, such as a tag. That goes for nearly all packages, and
// the loader lists every folder above each, which for a thousand services in one folder takes time by the square of their
// number. It is nil for others.
func (b *batch) syntaxOf(m *member) []*ast.File {
	var all []*ast.File
	for _, file := range m.loaded.sources {
		syntax, known := b.syntax[file.path]
		if !known {
			syntax = parseAlone(file)
		}
		if !file.own {
			b.syntax[file.path] = syntax // for all packages of the batch
		}
		if syntax == nil {
			return nil
		}
		all = append(all, syntax)
	}
	return all
}

// parseAlone parses a file that needs nothing else; nil for others, and for one with a mistake.
func parseAlone(file source) *ast.File {
	if bytes.Count(file.content, []byte("@")) != bytes.Count(file.content, []byte("@experiment(")) {
		return nil
	}
	syntax, err := parser.ParseFile(file.path, file.content, parser.Version(LanguageVersion))
	if err != nil || !importsLittle(syntax) {
		return nil
	}
	return syntax
}

// importsLittle reports whether a file imports nothing but the language and packages that come with CUE, which have no
// domain in their path.
func importsLittle(file *ast.File) bool {
	for spec := range file.ImportSpecs() {
		imported, err := strconv.Unquote(spec.Path.Value)
		first, _, _ := strings.Cut(imported, "/")
		if err != nil || imported != ImportPath && strings.Contains(first, ".") {
			return false
		}
	}
	return true
}

// isData reports whether files only write values, and join and calculate with what is written: they choose nothing and ask for
// nothing that depends on whether another field is there. What refers to a field that is not there has no value, which is an
// error.
func isData(files []*ast.File) bool {
	data := true
	for _, file := range files {
		ast.Walk(file, func(node ast.Node) bool {
			switch x := node.(type) {
			case *ast.Field:
				data = data && x.Constraint != token.OPTION
			case *ast.BinaryExpr:
				data = data && slices.Contains([]token.Token{token.AND, token.ADD, token.SUB, token.MUL, token.QUO}, x.Op)
			case *ast.ForClause:
				_, written := x.Source.(*ast.ListLit)
				data = data && written
			case *ast.UnaryExpr:
				data = data && x.Op != token.MUL
			case *ast.File, *ast.Package, *ast.ImportDecl, *ast.ImportSpec, *ast.Attribute, *ast.CommentGroup, *ast.Comment, *ast.EmbedDecl,
				*ast.Comprehension, *ast.StructLit, *ast.ListLit, *ast.Ellipsis, *ast.ParenExpr, *ast.BasicLit, *ast.Interpolation, *ast.Ident, *ast.SelectorExpr:
			default:
				data = false
			}
			return data
		}, nil)
	}
	return data
}

// language is the language in the batch's form, once for all its packages; nil for other imports, which come with CUE.
func (b *batch) language(_ token.Pos, imported string) *build.Instance {
	if imported != ImportPath {
		return nil
	}
	instance := b.imports.NewInstance("", nil)
	instance.ImportPath = ImportPath
	for name, content := range b.form() {
		file, err := parser.ParseFile(name, content, parser.Version(LanguageVersion))
		if err != nil {
			panic(err) // it was printed from syntax
		}
		if err := instance.AddSyntax(file); err != nil {
			panic(err) // all are of one package
		}
	}
	if err := instance.Complete(); err != nil {
		panic(err) // a test loads it
	}
	return instance
}
