package schema

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// ImportPath is the path that users' files import the language by.
const ImportPath = "github.com/belfry-dev/belfry/schema"

// modulePath is the module that ImportPath belongs to: there, the language is a folder of the module itself.
const modulePath = "github.com/belfry-dev/belfry"

// VendorFolder is where a user's module keeps a copy of the language for editors and cue vet, relative to the module's
// root and with slashes. The loader reads the embedded language whether or not the copy is there.
const VendorFolder = "cue.mod/pkg/" + ImportPath

//go:embed *.cue
var embedded embed.FS

// Sources returns the files that define the language, by name. Writing them to VendorFolder lets cue vet and editors
// find the import.
func Sources() map[string][]byte {
	sources := map[string][]byte{}
	for _, name := range sourceNames() {
		content, err := embedded.ReadFile(name)
		if err != nil {
			panic(err) // an embedded file is always there
		}
		sources[name] = content
	}
	return sources
}

// sourceNames lists the embedded files in the order in which the reference documents them.
func sourceNames() []string {
	names, err := fs.Glob(embedded, "*.cue")
	if err != nil {
		panic(err) // the pattern is constant
	}
	order := []string{"spec.cue", "service.cue", "metrics.cue", "signals.cue", "alerts.cue", "routing.cue", "dashboards.cue"}
	rank := map[string]int{}
	for i, name := range order {
		rank[name] = i - len(order)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b)) })
	return names
}

// languageFiles parses the embedded files once, with comments.
var languageFiles = sync.OnceValue(func() []*ast.File {
	var files []*ast.File
	for _, name := range sourceNames() {
		content, err := embedded.ReadFile(name)
		if err != nil {
			panic(err) // an embedded file is always there
		}
		file, err := parser.ParseFile(name, content, parser.ParseComments)
		if err != nil {
			panic(err) // a test parses the same files
		}
		files = append(files, file)
	}
	return files
})
