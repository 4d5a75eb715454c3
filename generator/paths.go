package generator

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

// maxNameBytes is the longest name of a file or folder that ext4, XFS, APFS and NTFS take.
const maxNameBytes = 255

// pathProblem says why a path must not be written, or "" when it may be.
func pathProblem(p string) string {
	switch {
	case p == "":
		return "the path is empty"
	case strings.Contains(p, `\`):
		return "the path contains a backslash"
	case strings.HasPrefix(p, "/"):
		return "the path is absolute"
	case slices.Contains(strings.Split(p, "/"), ".."):
		return `the path leaves the output folder with ".."`
	case p == "." || !fs.ValidPath(p):
		return "the path is not clean: it has empty or \".\" elements or is not UTF-8"
	case strings.ContainsFunc(p, unicode.IsControl):
		return "the path contains a control character"
	case foldCase(p) == manifestName:
		return "the path is that of the manifest"
	case strings.HasPrefix(foldCase(p), stagingPrefix):
		return "the path begins like a staging folder of the writer"
	}
	for name := range strings.SplitSeq(p, "/") {
		if len(name) > maxNameBytes {
			return fmt.Sprintf("a name in the path is %d bytes long, file systems take %d", len(name), maxNameBytes)
		}
	}
	return ""
}

// foldCase maps spellings that a file system blind to case takes for one to one spelling. Lowering alone would keep apart
// letters with several lower-case forms, such as the two sigmas.
func foldCase(p string) string { return strings.ToLower(strings.ToUpper(p)) }

// pathSet finds paths that cannot stand together in one folder on every file system.
type pathSet struct {
	spelled map[string]string // folded path of a file or folder -> the first spelling of it
	files   map[string]bool   // folded
	folders map[string]bool   // folded
}

// checkPaths returns a finding for each artifact whose path must not be written.
func checkPaths(out string, artifacts []artifact.Artifact) diag.List {
	var found diag.List
	set := pathSet{map[string]string{}, map[string]bool{}, map[string]bool{}}
	for _, a := range artifacts {
		problem := pathProblem(a.Path)
		if problem == "" {
			problem = set.add(a.Path)
		}
		if problem == "" {
			continue
		}
		d := finding(out, "", "output/path", fmt.Sprintf("%q cannot be written: %s", a.Path, problem),
			"rename what the file is named after")
		found = append(found, d)
	}
	return found
}

// add says why the path collides with one added before, or "".
func (s *pathSet) add(p string) string {
	folded := foldCase(p)
	switch {
	case s.files[folded] && s.spelled[folded] == p:
		return "two artifacts have this path"
	case s.files[folded]:
		return fmt.Sprintf("it differs from %q only by case", s.spelled[folded])
	case s.folders[folded]:
		return fmt.Sprintf("%q is a folder of other artifacts", s.spelled[folded])
	}
	s.files[folded], s.spelled[folded] = true, p
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		folded := foldCase(dir)
		switch {
		case s.files[folded]:
			return fmt.Sprintf("%q is a file of another artifact", s.spelled[folded])
		case s.folders[folded] && s.spelled[folded] != dir:
			return fmt.Sprintf("its folder %q differs from %q only by case", dir, s.spelled[folded])
		case s.folders[folded]:
			return "" // and so are the folders above it
		}
		s.folders[folded], s.spelled[folded] = true, dir
	}
	return ""
}

// parents calls visit for each folder above p, the nearest first, until visit returns false.
func parents(p string, visit func(dir string) bool) {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if !visit(dir) {
			return
		}
	}
}
