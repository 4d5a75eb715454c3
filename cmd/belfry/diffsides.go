package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/revision"
)

// side is one of the two states that are compared.
type side struct {
	name    string // as the user wrote it
	dir     string // where its files are; empty for the working folder
	prefix  string // what stands before its files in messages: "main:", "old/"
	outside bool   // its files are not those of the working folder
	// submodules are folders, from the working folder, that a revision does not hold the files of.
	submodules []string
	packages   []string
	outputs    []generator.Output
	found      diag.List
}

const workingTree = "the working tree"

// findSides turns the arguments into folders. The files of revisions are written below scratch.
func findSides(ctx context.Context, arguments []string, scratch, templates string) (base, head *side, err error) {
	finder := &sideFinder{ctx: ctx, scratch: scratch, templates: templates}
	first, second := arguments[0], ""
	if len(arguments) == 2 {
		second = arguments[1]
	}
	from, to, fork := strings.Cut(first, "...")
	if !fork {
		var isRange bool
		if from, to, isRange = strings.Cut(first, ".."); !isRange || isFolderName(first) {
			from, to = first, ""
		}
	}
	if fork && isFolderName(first) {
		from, to, fork = first, "", false
	}
	if to != "" && second != "" {
		return nil, nil, fmt.Errorf("%s names two revisions already: leave %s out", first, second)
	}
	second = cmp.Or(second, to)
	if fork {
		if base, err = finder.fork(from, cmp.Or(second, "HEAD")); err != nil {
			return nil, nil, err
		}
	} else if base, err = finder.find(from); err != nil {
		return nil, nil, err
	}
	if second == "" {
		return base, &side{name: workingTree}, nil
	}
	head, err = finder.find(second)
	return base, head, err
}

// isFolderName reports whether an argument can only be meant as a folder.
func isFolderName(name string) bool {
	return name == "." || name == ".." || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") || filepath.IsAbs(name)
}

// sideFinder finds sides in one repository.
type sideFinder struct {
	ctx                context.Context
	scratch, templates string
	repository         *revision.Repository
	extracted          int
}

// find takes a name for a folder where it looks like one, else for a revision, else for a folder.
func (s *sideFinder) find(name string) (*side, error) {
	isFolder := false
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		isFolder = true
	}
	if isFolderName(name) && !isFolder {
		return nil, fmt.Errorf("there is no folder %s", name)
	}
	if isFolderName(name) {
		return folderSide(name), nil
	}
	found, err := s.revision(name)
	if err != nil && isFolder {
		return folderSide(name), nil
	}
	var unknown *revision.NotFoundError
	if errors.As(err, &unknown) {
		return nil, fmt.Errorf("%w; nor is there such a folder", err)
	}
	return found, err
}

func folderSide(name string) *side {
	if filepath.Clean(name) == "." {
		return &side{name: workingTree}
	}
	return &side{name: name, dir: name, prefix: filepath.ToSlash(filepath.Clean(name)) + "/", outside: true}
}

func (s *sideFinder) open() error {
	if s.repository != nil {
		return nil
	}
	var err error
	s.repository, err = revision.Find(s.ctx, ".")
	return err
}

func (s *sideFinder) revision(name string) (*side, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	commit, err := s.repository.Commit(s.ctx, name)
	if err != nil {
		return nil, err
	}
	return s.extract(name, commit)
}

// fork is where a branch left another.
func (s *sideFinder) fork(one, other string) (*side, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	commit, err := s.repository.MergeBase(s.ctx, one, other)
	if err != nil {
		return nil, err
	}
	return s.extract(one, commit)
}

func (s *sideFinder) extract(name, commit string) (*side, error) {
	s.extracted++
	into := filepath.Join(s.scratch, fmt.Sprint(s.extracted))
	if err := os.Mkdir(into, 0o700); err != nil {
		return nil, err
	}
	var also []string
	if s.templates != "" && !filepath.IsAbs(s.templates) {
		also = append(also, path.Join(s.repository.Prefix, filepath.ToSlash(s.templates)))
	}
	if err := s.repository.Extract(s.ctx, commit, into, also...); err != nil {
		return nil, err
	}
	found := &side{name: name, dir: filepath.Join(into, filepath.FromSlash(s.repository.Prefix)), prefix: name + ":", outside: true}
	submodules, err := s.repository.Submodules(s.ctx, commit)
	for _, folder := range submodules {
		if below, err := filepath.Rel(filepath.FromSlash(s.repository.Prefix), filepath.FromSlash(folder)); err == nil {
			found.submodules = append(found.submodules, filepath.ToSlash(below))
		}
	}
	return found, err
}

// packages decides which packages each side has. One that is on one side alone came or went with the change.
func (f *diffFlags) packages(base, head *side) error {
	specs := f.specs
	if len(specs) == 0 {
		specs = []string{"."}
		if base.has("./spec") || head.has("./spec") {
			specs = []string{"./spec"}
		}
	}
	for _, spec := range specs {
		if filepath.IsAbs(spec) || path.Clean(spec) == ".." || strings.HasPrefix(path.Clean(spec), "../") {
			return fmt.Errorf("--spec %s: name a folder below this one, so that both sides have it", spec)
		}
		spec = asFolder(spec)
		known := false
		for _, side := range []*side{base, head} {
			if folder, inside := side.submodule(spec); inside {
				return fmt.Errorf("%s lies in the submodule %s, whose files are not in %s: compare there, with revisions of it: cd %s && belfry diff REVISION", spec, folder, side.name, folder)
			}
			if side.has(spec) {
				side.packages, known = append(side.packages, spec), true
			}
		}
		if !known {
			return fmt.Errorf("there is no spec in %s, neither in %s nor in %s: name its folder with --spec", spec, base.name, head.name)
		}
	}
	return nil
}

// has reports whether the side has CUE files in a package's folder, or for ./services/... somewhere below it.
func (s *side) has(spec string) bool {
	folder, recursive := strings.CutSuffix(spec, "...")
	folder = filepath.Join(s.dir, filepath.FromSlash(folder))
	if recursive {
		info, err := os.Stat(folder)
		return err == nil && info.IsDir()
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.cue"))
	return err == nil && len(files) > 0
}

// submodule finds the submodule that a package's folder lies in.
func (s *side) submodule(spec string) (string, bool) {
	for _, folder := range s.submodules {
		if below, err := filepath.Rel(folder, strings.TrimSuffix(spec, "/...")); err == nil && filepath.IsLocal(below) {
			return folder, true
		}
	}
	return "", false
}

// compile compiles the side's packages. Mistakes in them are kept: what has none is still compared.
func (s *side) compile(f *diffFlags) error {
	if len(s.packages) == 0 {
		return nil
	}
	templates := f.compile.templates
	if templates != "" && !filepath.IsAbs(templates) {
		templates = filepath.Join(s.dir, templates)
		if _, err := os.Stat(templates); err != nil {
			templates = "" // they came with the change
		}
	}
	result, err := generator.Compile(generator.Options{Dir: s.dir, Packages: slices.Clone(s.packages), Tags: f.compile.tags, Templates: templates})
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.outputs, s.found = result.Outputs, result.Diagnostics
	return nil
}

func (s *side) broken() bool { return s.found.HasErrors() }

// complain prints the side's errors. Positions name the side; the lines are those of its own files.
func (s *side) complain(w io.Writer) error {
	if !s.broken() {
		return nil
	}
	errorsOnly := slices.DeleteFunc(slices.Clone(s.found), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	for i := range errorsOnly {
		if errorsOnly[i].Pos.IsValid() {
			errorsOnly[i].Pos.File = s.prefix + errorsOnly[i].Pos.File
		}
	}
	fmt.Fprintf(w, "%s is broken:\n", s.name)
	return diag.Print(w, diag.Text, errorsOnly, diag.Options{Color: colored(w), ReadFile: func(file string) ([]byte, error) {
		return os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(strings.TrimPrefix(file, s.prefix))))
	}})
}
