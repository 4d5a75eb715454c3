package schema

import (
	"context"
	"errors"
	"path/filepath"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
)

// embeddingFile is a file that exists only while a package is loaded. It embeds #Spec, so that a package that does not
// embed it itself is checked all the same, and closes it at every level, which an embedding without the attribute does not.
const embeddingFile = "belfry-embeds-the-language.cue"

func embedding(packageName string) string {
	return "@experiment(explicitopen)\n\npackage " + packageName + "\n\nimport language \"" + ImportPath + "\"\n\nlanguage.#Spec\n"
}

// instances loads packages of one module without a network, in the language given: all of it, lean, or open. Embedded, the
// language checks each package; otherwise, and open, a package's value is what the user wrote and nothing else.
func (l *loader) instances(members []*member, language map[string][]byte, embedded bool) []*build.Instance {
	root := members[0].folder.root
	overlay := map[string]load.Source{}
	var patterns []string
	var files []source
	for _, m := range members {
		for _, file := range m.loaded.sources {
			overlay[file.path] = load.FromBytes(file.content)
		}
		if embedded {
			overlay[filepath.Join(m.folder.path, embeddingFile)] = load.FromString(embedding(m.loaded.Name))
		}
		relative, err := filepath.Rel(root, m.folder.path)
		if err != nil {
			relative = m.folder.path // another volume, which cue will name
		}
		patterns = append(patterns, "./"+filepath.ToSlash(relative)+":"+m.loaded.Name)
		files = append(files, m.loaded.sources...)
	}
	overlay[filepath.Join(root, "cue.mod", "module.cue")] = load.FromString(members[0].folder.file())
	overlayLanguage(overlay, members[0].folder.languageFolder(), language)
	return load.Instances(patterns, &load.Config{
		Dir: root, ModuleRoot: root, Overlay: overlay, Registry: noRegistry{}, Tags: l.tags.forFiles(files),
	})
}

// overlayLanguage puts the language where the module's files import it from, and empties every other file there: an older
// copy in cue.mod/pkg, or an addition to it, must not change what is checked.
func overlayLanguage(overlay map[string]load.Source, target string, language map[string][]byte) {
	if names, err := cueFiles(target); err == nil {
		for _, name := range names {
			overlay[filepath.Join(target, name)] = load.FromString("package schema\n")
		}
	}
	for name, content := range language {
		overlay[filepath.Join(target, name)] = load.FromBytes(content)
	}
}

// noRegistry refuses to fetch modules: specs are compiled without a network.
type noRegistry struct{}

var errNoRegistry = errors.New("modules are not fetched: copy the package below cue.mod/pkg")

func (noRegistry) ModFile(context.Context, module.Version) (*modfile.File, error) {
	return nil, errNoRegistry
}

func (noRegistry) Fetch(context.Context, module.Version) (module.SourceLoc, error) {
	return module.SourceLoc{}, errNoRegistry
}

func (noRegistry) ModuleVersions(context.Context, string) ([]string, error) {
	return nil, errNoRegistry
}
