package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// folder is one package that a pattern names, before it is loaded.
type folder struct {
	*cueModule
	path      string // absolute
	qualifier string // name of the package where the pattern gives one
	wildcard  bool   // the pattern ends in "...": what holds no spec is passed over
}

// expand turns patterns into folders. Each folder comes once, at its first pattern.
func (l *loader) expand(patterns []string) ([]folder, diag.List) {
	var folders []folder
	var found diag.List
	seen := map[string]bool{}
	for _, pattern := range patterns {
		matched, problem := l.match(pattern)
		if problem != nil {
			found = append(found, *problem)
		}
		for _, candidate := range matched {
			if key := candidate.path + ":" + candidate.qualifier; !seen[key] {
				seen[key] = true
				folders = append(folders, candidate)
			}
		}
	}
	if len(patterns) == 0 {
		found = append(found, problem("spec/read", diag.Pos{}, "no folder is given", "name a folder with CUE files, such as ./spec"))
	}
	return folders, found
}

func (l *loader) match(pattern string) ([]folder, *diag.Diagnostic) {
	path, qualifier, _ := strings.Cut(pattern, ":")
	base, wildcard := strings.CutSuffix(path, "...")
	if !filepath.IsAbs(base) {
		base = filepath.Join(l.dir, filepath.FromSlash(base))
	}
	base = filepath.Clean(base)
	position := diag.Pos{File: filepath.ToSlash(strings.TrimSuffix(path, "/..."))}
	info, err := os.Stat(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		result := problem("spec/read", position, "no such folder", "name a folder with CUE files")
		return nil, &result
	case err != nil:
		result := problem("spec/read", position, "cannot be read: "+reason(err))
		return nil, &result
	case !info.IsDir():
		result := problem("spec/read", position, "is a file, not a folder",
			"name the folder that the file lies in: the files of a package belong together")
		return nil, &result
	}
	if resolved, err := filepath.EvalSymlinks(base); err == nil {
		base = resolved
	}
	if !wildcard {
		return []folder{l.folder(base, qualifier, false)}, nil
	}
	var folders []folder
	for _, path := range subfolders(base) {
		if next := l.folder(path, qualifier, true); path != next.languageFolder() {
			folders = append(folders, next)
		}
	}
	if len(folders) == 0 {
		result := problem("spec/read", position, "no folder here or below has a CUE file")
		return nil, &result
	}
	return folders, nil
}

func (l *loader) folder(path, qualifier string, wildcard bool) folder {
	return folder{path: path, cueModule: l.module(path), qualifier: qualifier, wildcard: wildcard}
}

// subfolders lists base and the folders below it that hold CUE files. It passes over what cue passes over: cue.mod,
// testdata, names that begin with a dot or an underscore, and other modules.
func subfolders(base string) []string {
	var folders []string
	// A folder that cannot be read holds no package that could be loaded; cue passes over it, too.
	_ = filepath.WalkDir(base, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if !entry.IsDir() {
			return nil
		}
		name := entry.Name()
		if path != base {
			if name == "cue.mod" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "cue.mod")); err == nil {
				return fs.SkipDir
			}
		}
		if names, err := cueFiles(path); err == nil && len(names) > 0 {
			folders = append(folders, path)
		}
		return nil
	})
	slices.Sort(folders)
	return folders
}

// cueFiles lists the CUE files in a folder that cue would load, by name.
func cueFiles(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".cue") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") {
			continue
		}
		if strings.HasSuffix(name, "_tool.cue") || strings.HasSuffix(name, "_test.cue") {
			continue
		}
		names = append(names, name)
	}
	return names, nil
}

// read reads the files of the folder's package, those of its own folder first, then those of its parents up to the
// module's root. The problems say why the package cannot be loaded; one is enough.
func (l *loader) read(f folder) *member {
	m := &member{folder: f, loaded: &Package{Folder: l.display(f.path)}}
	position := diag.Pos{File: m.loaded.Folder}
	if f.problem != nil {
		m.problems = diag.List{*f.problem}
		return m
	}
	if f.path == f.languageFolder() {
		m.problems = diag.List{problem("spec/empty", position, "the folder holds the language of specs, not a spec")}
		return m
	}
	names, err := cueFiles(f.path)
	if err != nil {
		m.problems = diag.List{problem("spec/read", position, "cannot be read: "+reason(err))}
		return m
	}
	packages := map[string]string{} // name of a package to its first file
	for _, file := range names {
		read, name, problems := l.readPackageFile(filepath.Join(f.path, file))
		if problems != nil {
			m.problems = problems
			return m
		}
		if f.qualifier != "" && name != f.qualifier {
			continue
		}
		if _, known := packages[name]; !known {
			packages[name] = read.name
		}
		read.own = true
		m.loaded.Name = name
		m.loaded.sources = append(m.loaded.sources, read)
	}
	switch {
	case len(packages) == 0:
		m.problems = diag.List{problem("spec/read", position, "the folder has no CUE file"+forPackage(f.qualifier))}
	case len(packages) > 1:
		m.problems = diag.List{severalPackages(position, packages)}
	default:
		m.problems = l.readParents(m)
	}
	for _, file := range m.loaded.sources {
		m.loaded.Files = append(m.loaded.Files, file.name)
	}
	return m
}

// readParents adds the files of the same package in the parent folders.
func (l *loader) readParents(m *member) diag.List {
	for folder := m.folder.path; folder != m.folder.root; {
		folder = filepath.Dir(folder)
		for _, parent := range l.parents.files(l, folder) {
			if parent.name == m.loaded.Name {
				m.loaded.sources = append(m.loaded.sources, parent.source)
				continue
			}
			// A file that is too large or no text may belong to the package or not: cue would stumble over it, too.
			if Unreadable(parent.problems) {
				return parent.problems
			}
		}
	}
	return nil
}

// parentFile is a CUE file in a folder above a package.
type parentFile struct {
	source   source
	name     string // of its package; empty where it could not be read
	problems diag.List
}

// parentCache keeps the files of parent folders: a thousand services share one, and listing it anew for each would take
// time by the square of their number.
type parentCache struct {
	lock    sync.Mutex
	folders map[string][]parentFile
}

func (c *parentCache) files(l *loader, folder string) []parentFile {
	c.lock.Lock()
	defer c.lock.Unlock()
	if known, ok := c.folders[folder]; ok {
		return known
	}
	// A parent that cannot be listed adds nothing, as for cue.
	names, _ := cueFiles(folder)
	files := make([]parentFile, 0, len(names))
	for _, name := range names {
		var file parentFile
		file.source, file.name, file.problems = l.readPackageFile(filepath.Join(folder, name))
		files = append(files, file)
	}
	c.folders[folder] = files
	return files
}

// readPackageFile reads a file and the name in its package clause.
func (l *loader) readPackageFile(path string) (source, string, diag.List) {
	read, problems := l.readFile(path)
	if problems != nil {
		return read, "", problems
	}
	name, problems := packageName(read)
	return read, name, problems
}

func forPackage(qualifier string) string {
	if qualifier == "" {
		return ""
	}
	return " of package " + qualifier
}

func severalPackages(position diag.Pos, packages map[string]string) diag.Diagnostic {
	names := sortedKeys(packages)
	result := problem("spec/packages", position, fmt.Sprintf("the folder holds %d packages: %s", len(names), listing(names, "and")),
		"keep one package to a folder, or name one as "+position.File+":"+names[0])
	for _, name := range names {
		result.Notes = append(result.Notes, fmt.Sprintf("package %s in %s", name, packages[name]))
	}
	return result
}

// packageName returns the name in the file's package clause.
func packageName(file source) (string, diag.List) {
	syntax, err := parser.ParseFile(file.path, file.content, parser.PackageClauseOnly)
	if err != nil {
		return "", syntaxProblem(file, err)
	}
	for _, declaration := range syntax.Decls {
		if clause, ok := declaration.(*ast.Package); ok {
			return clause.Name.Name, nil
		}
	}
	position := diag.Pos{File: file.name, Line: 1, Col: 1}
	return "", diag.List{problem("spec/package", position, "the file has no package clause",
		"begin it with a line such as package monitoring, the same in every file of the folder")}
}
