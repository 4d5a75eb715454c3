package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cacheFormat changes when what is written changes its meaning.
const cacheFormat = "belfry cache 1"

// cacheSuffix ends the names of caches, and of nothing else that is removed.
const cacheSuffix = ".belfry-cache"

// forgottenAfter is how long a cache is kept that no run has used.
const forgottenAfter = 30 * 24 * time.Hour

// cacheHeader returns what everything in a cache depends on, and the name of the file for it. Runs that differ in what they
// are asked have files of their own; another compiler, or other templates, take the file over.
func cacheHeader(out string, options Options) (header, name string, err error) {
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return "", "", err
	}
	target, err := filepath.Abs(out)
	if err != nil {
		return "", "", err
	}
	asked := fmt.Sprintf("%q %q %q %q %q %q", dir, target, options.Packages, options.Tags, options.Templates, options.Kinds)
	compiler, err := compilerIdentity()
	if err != nil {
		return "", "", err
	}
	set, err := hashTree(options.Templates)
	if err != nil {
		return "", "", err
	}
	name = hash([]byte(asked))[:32] + cacheSuffix
	return cacheFormat + " " + hash([]byte(asked+compiler+set)), name, nil
}

// compilerIdentity tells builds of the compiler apart: by the beginning of the executable, where the Go linker puts the
// build's id, which is a hash of all that went into it, and by what a stripped one still has.
func compilerIdentity() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() // was only read
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	const begin = 64 << 10
	head, err := io.ReadAll(io.LimitReader(file, begin))
	if err != nil {
		return "", err
	}
	build := ""
	if read, ok := debug.ReadBuildInfo(); ok {
		build = read.String()
	}
	return fmt.Sprintf("%s %d %d %s", hash(head), info.Size(), info.ModTime().UnixNano(), build), nil
}

// hashTree hashes the names and bytes of all files in a folder; empty for no folder.
func hashTree(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file, and may lead anywhere", path)
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(sum, "%q %d ", path, len(data))
		sum.Write(data)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// readCache reads the records by their keys. A file that is not there, or is another's, holds none.
func readCache(file, header string) map[string]line {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if string(first) != header {
		return nil
	}
	lines := map[string]line{}
	for len(rest) > 0 {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		quoted, record, _ := bytes.Cut(text, []byte("\t"))
		if key, err := strconv.Unquote(string(quoted)); err == nil {
			lines[key] = line(record)
		}
	}
	return lines
}

// writeCache replaces the cache's file as a whole, so that a run beside this one reads the old or the new.
func writeCache(file, header string, lines map[string]line) error {
	keys := make([]string, 0, len(lines))
	for key := range lines {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var text bytes.Buffer
	fmt.Fprintln(&text, header)
	for _, key := range keys {
		fmt.Fprintf(&text, "%q\t%s\n", key, lines[key])
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	forgetOld(dir)
	temporary, err := os.CreateTemp(dir, "*"+cacheSuffix)
	if err != nil {
		return err
	}
	_, err = temporary.Write(text.Bytes())
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		_ = os.Remove(temporary.Name()) // the failure itself is what counts
	}
	return err
}

// touch notes that a cache was used.
func touch(file string) error {
	now := time.Now()
	return os.Chtimes(file, now, now)
}

// forgetOld removes caches that no run has used for long, and what runs left that died while they wrote one.
func forgetOld(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // nothing depends on it
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasSuffix(entry.Name(), cacheSuffix) && time.Since(info.ModTime()) > forgottenAfter {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}
