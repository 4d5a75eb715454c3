package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// codeExists is reported where something is in the way.
const codeExists = "init/exists"

// Write makes the files in a folder, and the folder where there is none. If anything is in the way of one of them, or a
// spec is there already, nothing is written, and one diagnostic says so. Where a write fails, what was made before is removed again.
func Write(dir string, made []File) (diag.List, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir) // no link leads out of it
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	if found := existing(dir, root); found != nil {
		return found, nil
	}
	if there := inTheWay(root, made); len(there) > 0 {
		return diag.List{{Code: codeExists, Severity: diag.Error, Pos: diag.Pos{File: filepath.ToSlash(dir)},
			Message: "nothing is written: " + strings.Join(there, ", ") + " " + isOrAre(len(there)) + " there already",
			Help:    "name a folder of its own, such as belfry init " + path.Join(filepath.ToSlash(dir), "monitoring") + ", or move what is there"}}, nil
	}
	for n, f := range made {
		if err := create(root, f); err != nil {
			for _, before := range made[:n] {
				err = errors.Join(err, root.Remove(before.Path))
			}
			return nil, err
		}
	}
	return nil, nil
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// inTheWay lists the files that are there, and what stands where a folder is needed. What cmd/cue keeps in cue.mod/pkg is one thing.
func inTheWay(root *os.Root, made []File) []string {
	var there []string
	for _, f := range made {
		for _, step := range steps(f.Path) {
			info, err := root.Lstat(step)
			if err != nil {
				break // neither this nor anything below is there; what cannot be read fails when it is written
			}
			if step == f.Path || !info.IsDir() {
				if strings.HasPrefix(step, schema.VendorFolder+"/") {
					step = schema.VendorFolder
				}
				there = append(there, step)
				break
			}
		}
	}
	slices.Sort(there)
	return slices.Compact(there)
}

// steps are the folders on the way to a file, and the file.
func steps(name string) []string {
	var all []string
	for i, r := range name {
		if r == '/' {
			all = append(all, name[:i])
		}
	}
	return append(all, name)
}

// create writes a file that is not there.
func create(root *os.Root, f File) error {
	if err := root.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", f.Path, err)
	}
	file, err := root.OpenFile(f.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("make %s: %w", f.Path, err)
	}
	_, err = file.Write(f.Data)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", f.Path, errors.Join(err, root.Remove(f.Path)))
	}
	return nil
}

// WriteLanguage brings the copy of the spec language in a folder up to date: files of it that differ are replaced, and CUE files
// that the language has no longer are removed. It returns the files that changed.
func WriteLanguage(dir string) ([]string, error) {
	if info, err := os.Stat(filepath.Join(dir, "cue.mod")); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no cue.mod in %s: run belfry init --schema where it is, or belfry init for a new repository", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	if err := root.MkdirAll(schema.VendorFolder, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the language: %w", err)
	}
	var changed []string
	current := map[string]bool{}
	for _, f := range Language() {
		current[path.Base(f.Path)] = true
		if old, err := root.ReadFile(f.Path); err == nil && string(old) == string(f.Data) {
			continue
		}
		if err := root.WriteFile(f.Path, f.Data, 0o644); err != nil {
			return nil, fmt.Errorf("write the language: %w", err)
		}
		changed = append(changed, f.Path)
	}
	entries, err := fs.ReadDir(root.FS(), schema.VendorFolder)
	if err != nil {
		return nil, fmt.Errorf("list the language: %w", err)
	}
	for _, entry := range entries {
		if name := path.Join(schema.VendorFolder, entry.Name()); path.Ext(name) == ".cue" && !current[entry.Name()] {
			if err := root.Remove(name); err != nil {
				return nil, fmt.Errorf("remove what the language has no longer: %w", err)
			}
			changed = append(changed, name)
		}
	}
	return changed, nil
}
