package schema

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
)

// LoadOptions says which packages are loaded, and within which limits. The zero value of a limit is its default.
type LoadOptions struct {
	// Dir is the folder that patterns and positions are relative to; empty for the working directory.
	Dir string
	// Patterns are folders as cue takes them: "./spec", "./services/..." for every package below, "./spec:name" for one
	// of several packages in a folder. At least one is needed.
	Patterns []string
	// Tags are CUE tags such as "region=eu", or a name alone. A tag that no package declares is a mistake.
	Tags []string
	// Environment is the value of the CUE tag env. Packages that do not declare the tag are loaded without it. Where it is
	// empty, a package that declares the tag is loaded for the first of its platform's environments.
	Environment string

	// Timeout bounds the evaluation of one package; 20 s by default.
	Timeout time.Duration
	// MaxMemory bounds the heap while packages are evaluated, in bytes; 4 GiB by default.
	MaxMemory uint64
	// MaxFile bounds the size of one file, in bytes; 8 MiB by default.
	MaxFile int64
	// Workers is how many batches of packages are evaluated at the same time; 2 by default.
	Workers int

	// Known reports that the caller knows what a package came to when it was loaded with the same fingerprint and the same
	// Tags and Environment, and which tags the package declared then. Such a package is handed over unread. It may be nil, and
	// is called for several packages at once.
	Known func(key, fingerprint string) (tags []string, known bool)
	// Total is told how many folders the patterns name, before the first is handed over. It may be nil.
	Total func(folders int)
}

// The defaults of LoadOptions.
const (
	defaultTimeout   = 20 * time.Second
	defaultMaxMemory = 4 << 30
	defaultMaxFile   = 8 << 20
	defaultWorkers   = 2
)

// Package is one package of CUE files that was loaded.
type Package struct {
	// Name is the name in the package clause; empty where no file could be read.
	Name string
	// Folder is the package's own folder, relative to LoadOptions.Dir and with slashes: "spec", "services/shop", ".".
	Folder string
	// Spec is nil where a diagnostic is an error.
	Spec *Spec
	// OwnsPlatform says that a file in the package's own folder, not in a parent folder, declares platform.
	OwnsPlatform bool
	// Environment is the value that the CUE tag env had; empty where the package does not declare the tag.
	Environment string
	// Files are the user's files that were read, those of the own folder first, as positions name them.
	Files []string
	// Origin tells what the package was loaded from. Of a package that is known, it and Folder are all that is set.
	Origin Origin
	// Tags are those of LoadOptions.Tags that the package declares.
	Tags []string

	sources []source
	places  *placer
}

// Locate returns the position in the user's own file of a path of the spec, such as alerts.HighErrorRate.above or
// dashboards.ops.rows[0].panels[2].signal: that of the value where it is a scalar, that of the name where it is a struct or
// a list. A path that the files do not write out falls back to its nearest parent. Path builds paths from names. Files are
// parsed on the first call; calls must not run at the same time.
func (p *Package) Locate(path string) diag.Pos {
	position, _ := p.placer().position(parsePath(path))
	return position
}

func (p *Package) placer() *placer {
	if p.places == nil {
		p.places = newPlacer(p.sources)
	}
	return p.places
}

// Load loads every package that the patterns name, in the order of the patterns and then of the folders. A mistake of the
// user is a diagnostic, and its package has no Spec; Unreadable tells which ones mean that there was nothing to check. The
// error is a failure of this machine, such as a working directory that is gone.
func Load(options LoadOptions) ([]*Package, diag.List, error) {
	var packages []*Package
	var found diag.List
	err := Each(options, func(loaded *Package, diagnostics diag.List) error {
		if loaded != nil {
			packages = append(packages, loaded)
		}
		found = append(found, diagnostics...)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return packages, found.Sort(), nil
}

// Each loads packages as Load does and hands them to visit one by one, in the same order, so that only a few are held in
// memory at a time. The diagnostics are those of the package. The package is nil for diagnostics that belong to none, such
// as a pattern that matches nothing. A tag that no file mentions is such a one, and then nothing is loaded. It stops at the first error that visit returns, and after a package whose evaluation
// exceeded a limit, because that evaluation cannot be ended.
func Each(options LoadOptions, visit func(*Package, diag.List) error) error {
	loader, err := newLoader(options)
	if err != nil {
		return err
	}
	folders, diagnostics := loader.expand(options.Patterns)
	if len(diagnostics) > 0 {
		if err := visit(nil, diagnostics.Sort()); err != nil {
			return err
		}
	}
	if undeclared := loader.undeclaredTags(folders); len(undeclared) > 0 {
		return visit(nil, undeclared)
	}
	if err := loader.run(folders, visit); err != nil {
		return err
	}
	if unused := loader.unusedTags(); len(folders) > 0 && len(unused) > 0 {
		return visit(nil, unused)
	}
	return nil
}

// Unreadable reports whether a diagnostic says that a package could not be read at all, as against one that was read and
// is wrong: no such folder, no CUE file in it, a file that is too large or no text, an evaluation that exceeded a limit.
func Unreadable(list diag.List) bool {
	return slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
		return slices.Contains([]string{"spec/read", "spec/too-large", "spec/too-slow"}, d.Code)
	})
}

// loader holds what all packages of one call share.
type loader struct {
	options LoadOptions
	dir     string // absolute
	tags    *tagSet
	modules map[string]*cueModule // by root; filled before the workers start
	parents *parentCache
}

func newLoader(options LoadOptions) (*loader, error) {
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.MaxMemory == 0 {
		options.MaxMemory = defaultMaxMemory
	}
	if options.MaxFile == 0 {
		options.MaxFile = defaultMaxFile
	}
	if options.Workers == 0 {
		options.Workers = defaultWorkers
	}
	return &loader{options: options, dir: dir, tags: newTagSet(options.Tags, options.Environment), modules: map[string]*cueModule{}, parents: &parentCache{folders: map[string][]parentFile{}}}, nil
}

// display writes an absolute path as diagnostics print it.
func (l *loader) display(path string) string {
	relative, err := filepath.Rel(l.dir, path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(relative)
}
