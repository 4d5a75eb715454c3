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

// directly builds the instance of a package whose files need nothing that cue's loader would have to find: they import the
// language and CUE's own packages at most, and have no attribute but experiments, no tag for one. That goes for nearly all, and the loader
// lists every folder above each package, which for a thousand services in one folder takes time by the square of their
// number. It is nil for other packages, and where there is a mistake, which the loader then explains.
func (b *batch) directly(m *member) *build.Instance {
	module := m.folder.name + "@v0"
	instance := b.imports.NewInstance(m.folder.path, b.language)
	instance.Module, instance.Root = module, m.folder.root
	if relative, err := filepath.Rel(m.folder.root, m.folder.path); err == nil {
		instance.ImportPath = path.Join(module, filepath.ToSlash(relative)) + ":" + m.loaded.Name
	}
	embedder := source{path: filepath.Join(m.folder.path, embeddingFile), content: []byte(embedding(m.loaded.Name))}
	for _, file := range slices.Concat([]source{embedder}, m.loaded.sources) {
		syntax := b.syntaxOf(file)
		if syntax == nil || instance.AddSyntax(syntax) != nil {
			return nil
		}
	}
	if instance.Complete() != nil || instance.ResolutionErr != nil {
		return nil
	}
	return instance
}

// syntaxOf parses a file. Those of parent folders are parsed once for all packages of the batch. It is nil for a file that cue's
// loader has to see.
func (b *batch) syntaxOf(file source) *ast.File {
	if known, ok := b.syntax[file.path]; ok {
		return known
	}
	var syntax *ast.File
	if bytes.Count(file.content, []byte("@")) == bytes.Count(file.content, []byte("@experiment(")) {
		parsed, err := parser.ParseFile(file.path, file.content, parser.Version(LanguageVersion))
		if err == nil && importsLittle(parsed) {
			syntax = parsed
		}
	}
	if !file.own {
		b.syntax[file.path] = syntax
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

// language is the lean language, once for all packages of the batch; nil for other imports, which come with CUE.
func (b *batch) language(_ token.Pos, imported string) *build.Instance {
	if imported != ImportPath {
		return nil
	}
	instance := b.imports.NewInstance("", nil)
	instance.ImportPath = ImportPath
	for name, content := range leanLanguage() {
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
