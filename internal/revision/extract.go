package revision

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The modes and types of git's trees that matter. A submodule has no files in the tree: it is the id of a commit of another repository.
const (
	modeLink   = "120000"
	typeBlob   = "blob"
	typeCommit = "commit"
)

// entry is one file of a commit.
type entry struct {
	mode, id, path string
}

// Extract writes the files of a commit that a compilation can read into a folder: CUE, what stands in cue.mod, and what stands in
// or below a folder with CUE, which may be embedded. Also names further folders, from the repository's root. Unlike git archive it
// heeds no export attributes: the commit is read as it is.
func (r *Repository) Extract(ctx context.Context, commit, into string, also ...string) error {
	listing, err := r.git(ctx, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return err
	}
	entries := readable(parseTree(listing, typeBlob), also)
	root, err := os.OpenRoot(into)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // it is only read from here on
	return r.write(ctx, root, entries)
}

// Submodules are the folders of a commit, from the repository's root, whose files are another repository's.
func (r *Repository) Submodules(ctx context.Context, commit string) ([]string, error) {
	listing, err := r.git(ctx, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, e := range parseTree(listing, typeCommit) {
		folders = append(folders, e.path)
	}
	return folders, nil
}

// parseTree reads the entries of a type from "mode type id TAB path" lines that end in NUL.
func parseTree(listing, kind string) []entry {
	var entries []entry
	for line := range strings.SplitSeq(listing, "\x00") {
		about, name, ok := strings.Cut(line, "\t")
		fields := strings.Fields(about)
		if ok && len(fields) == 3 && fields[1] == kind {
			entries = append(entries, entry{fields[0], fields[2], name})
		}
	}
	return entries
}

// readable drops what no compilation reads.
func readable(entries []entry, also []string) []entry {
	folders := map[string]bool{}
	for _, folder := range also {
		folders[path.Clean(folder)] = true
	}
	for _, e := range entries {
		if path.Ext(e.path) == ".cue" {
			folders[path.Dir(e.path)] = true
		}
	}
	below := func(name string) bool {
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if folders[dir] || path.Base(dir) == "cue.mod" {
				return true
			}
			if dir == "." {
				return false
			}
		}
	}
	return slices.DeleteFunc(entries, func(e entry) bool { return e.mode != modeLink && !below(e.path) })
}

// write asks one git process for all contents, in order.
func (r *Repository) write(ctx context.Context, root *os.Root, entries []entry) error {
	cmd := r.command(ctx, "cat-file", "--batch")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	go func() {
		for _, e := range entries {
			if _, err := io.WriteString(stdin, e.id+"\n"); err != nil {
				break // git has ended, which Wait reports
			}
		}
		_ = stdin.Close()
	}()
	contents := bufio.NewReader(stdout)
	for _, e := range entries {
		if err = writeNext(root, e, contents); err != nil {
			_ = cmd.Process.Kill()
			break
		}
	}
	return errors.Join(err, ignoreKilled(cmd.Wait(), err))
}

// ignoreKilled drops what follows from an error that is known already.
func ignoreKilled(ended, known error) error {
	if known != nil || ended == nil {
		return nil
	}
	return fmt.Errorf("git cat-file: %w", ended)
}

// writeNext writes the next content that git prints: "id type size", the bytes, a line break. Links that lead out of the folder
// are left out, as nothing may be read there.
func writeNext(root *os.Root, e entry, contents *bufio.Reader) error {
	header, err := contents.ReadString('\n')
	if err != nil {
		return fmt.Errorf("git cat-file: %s: %w", e.path, err)
	}
	fields := strings.Fields(header)
	if len(fields) != 3 {
		return fmt.Errorf("git has lost %s: %s", e.path, strings.TrimSpace(header))
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil {
		return fmt.Errorf("git cat-file: %s: %w", e.path, err)
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(contents, data); err != nil {
		return fmt.Errorf("git cat-file: %s: %w", e.path, err)
	}
	data = data[:size]
	if err := root.MkdirAll(path.Dir(e.path), 0o755); err != nil {
		return err
	}
	if e.mode != modeLink {
		return root.WriteFile(e.path, data, 0o644)
	}
	target := string(data)
	if path.IsAbs(target) || strings.HasPrefix(path.Join(path.Dir(e.path), target), "..") {
		return nil
	}
	return root.Symlink(target, e.path)
}
