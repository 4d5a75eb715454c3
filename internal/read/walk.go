package read

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/diag"
)

// maxFile is the largest file that is read, in bytes. The largest rule files that are known have a few megabytes.
const maxFile = 32 << 20

// readable are the endings of files that are read in folders. A file that the user names may have any.
var readable = []string{".yaml", ".yml", ".json"}

// foundFile is a file to read.
type foundFile struct {
	path  string
	named bool // by the user, not found in a folder
}

// expand lists the files that paths stand for, each once, in the order of the paths and of names.
func expand(paths []string) ([]foundFile, error) {
	var found []foundFile
	at := map[string]int{}
	add := func(path string, named bool) {
		path = filepath.ToSlash(filepath.Clean(path))
		if i, known := at[path]; known {
			found[i].named = found[i].named || named
			return
		}
		at[path] = len(found)
		found = append(found, foundFile{path, named})
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		switch {
		case info.Mode().IsRegular():
			add(path, true)
			continue
		case !info.IsDir(): // opening a pipe may wait for ever, and a device may have no end
			return nil, fmt.Errorf("%s is no regular file: save what it gives to one", path)
		}
		// The separator makes a link to a folder that folder. Links to folders inside it are not followed, so that none leads round.
		err = filepath.WalkDir(path+string(filepath.Separator), func(below string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && filepath.Clean(below) != filepath.Clean(path) && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case !slices.Contains(readable, strings.ToLower(filepath.Ext(below))) || !isFile(below, entry):
				return nil
			}
			add(below, false)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// isFile reports whether an entry is a file or a link to one: a ConfigMap's volume consists of links.
func isFile(path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// each gives the content of every file that paths stand for. Findings are about files whose content is none that can be read.
func each(paths []string, take func(file foundFile, content []byte)) (diag.List, error) {
	found, err := expand(paths)
	if err != nil {
		return nil, err
	}
	var findings diag.List
	for _, file := range found {
		content, problem, err := load(file.path)
		switch {
		case err != nil:
			return nil, err
		case problem != nil:
			findings = append(findings, *problem)
		default:
			take(file, content)
		}
	}
	return findings, nil
}

// load reads a file, or says why its content is none that can be read.
func load(path string) ([]byte, *diag.Diagnostic, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > maxFile {
		return nil, tooLarge(path), nil
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, unreadable(path, data), nil
}

func unreadable(path string, data []byte) *diag.Diagnostic {
	if len(data) > maxFile {
		return tooLarge(path)
	}
	if utf8.Valid(data) {
		return nil
	}
	at := firstInvalid(data)
	d := diag.Diagnostic{Code: "read/encoding", Severity: diag.Error, Pos: newFile(path, data[:at]).pos(at, at),
		Message: "this file is not UTF-8 text", Help: "save it as UTF-8"}
	return &d
}

func tooLarge(path string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: "read/too-large", Severity: diag.Error, Pos: diag.Pos{File: path},
		Message: fmt.Sprintf("this file has more than %d MiB", maxFile>>20), Help: "split it, or leave it out"}
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, width := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && width <= 1 {
			return i
		}
		i += width
	}
	return len(data)
}
