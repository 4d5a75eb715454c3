package schema

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"cuelang.org/go/mod/modfile"

	"github.com/belfry-dev/belfry/internal/diag"
)

// cueModule is the CUE module that packages lie in.
type cueModule struct {
	root    string // absolute
	name    string // its path, as imports begin, without the major version
	problem *diag.Diagnostic
}

// unnamedModule is the path of a module that is not declared. Nothing can import from it by name.
const unnamedModule = "spec.invalid"

// LanguageVersion is the version of CUE that specs are read in: the embedding of the language needs its experiments,
// whatever a user's module declares.
const LanguageVersion = "v0.17.0"

// file is the module.cue that CUE reads instead of the user's: dependencies are not fetched, so they are not listed.
func (m *cueModule) file() string {
	return fmt.Sprintf("module: %q\nlanguage: version: %q\n", m.name+"@v0", LanguageVersion)
}

// languageFolder is where the module's files find the language: below cue.mod, or in the module itself where it is Belfry's.
func (m *cueModule) languageFolder() string {
	if m.name == modulePath {
		return filepath.Join(m.root, "schema")
	}
	return filepath.Join(m.root, filepath.FromSlash(VendorFolder))
}

// module returns the module of a folder: the nearest folder upwards that has a cue.mod folder. Without one it is Dir, where
// the folder lies below it, and the folder itself otherwise.
func (l *loader) module(path string) *cueModule {
	root := l.moduleRoot(path)
	if known, ok := l.modules[root]; ok {
		return known
	}
	m := &cueModule{root: root, name: unnamedModule}
	l.modules[root] = m
	name := filepath.Join(root, "cue.mod", "module.cue")
	position := diag.Pos{File: l.display(name)}
	content, err := os.ReadFile(name)
	if err != nil {
		return m // not declared; what is there and cannot be read is no obstacle to reading the spec
	}
	declared, err := modfile.ParseNonStrict(content, name)
	if err != nil && !bytes.Contains(content, []byte("language")) {
		declared, err = modfile.ParseLegacy(content, name) // older than the field language
	}
	if err != nil {
		found := problem("spec/module", position, "cannot be used: "+firstLine(err),
			"write module: \"example.com/name@v0\" and language: version: \""+LanguageVersion+"\"")
		m.problem = &found
		return m
	}
	if declared.Module != "" {
		m.name = declared.ModuleRootPath()
	}
	return m
}

func (l *loader) moduleRoot(path string) string {
	for folder := path; ; {
		if info, err := os.Stat(filepath.Join(folder, "cue.mod")); err == nil && info.IsDir() {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			break
		}
		folder = parent
	}
	if relative, err := filepath.Rel(l.dir, path); err == nil && filepath.IsLocal(relative) {
		return l.dir
	}
	return path
}
