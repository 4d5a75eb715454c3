// Package revision reads the specs of a git repository as they were at a revision. A working folder and names of revisions come
// in, folders with the files of a commit go out. The repository itself is only read: no checkout, no worktree, no lock.
package revision

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Repository is the git repository around a folder.
type Repository struct {
	// Prefix is the folder below the repository's root, with slashes; "." for the root itself.
	Prefix string
	dir    string
}

// NotFoundError says that a name is no revision, and what may help.
type NotFoundError struct{ Name, Help string }

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("there is no revision %q in this repository", e.Name)
	if e.Help != "" {
		text += ": " + e.Help
	}
	return text
}

// Find looks for the repository around a folder. The error says in one sentence why there is none, and what to do.
func Find(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("git is not installed: name two folders instead of revisions")
	}
	r := &Repository{dir: dir}
	prefix, err := r.git(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, errors.New("this folder is in no git repository: name two folders instead of revisions")
		}
		return nil, err
	}
	r.Prefix = filepath.ToSlash(filepath.Clean(strings.TrimSuffix(prefix, "\n")))
	return r, nil
}

// Commit resolves a revision to the id of its commit. It returns a *NotFoundError where there is no such revision.
func (r *Repository) Commit(ctx context.Context, name string) (string, error) {
	id, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", &NotFoundError{name, r.nearest(ctx, name)}
	}
	return strings.TrimSpace(id), nil
}

// MergeBase is the commit that two revisions have in common: where a branch left the other.
func (r *Repository) MergeBase(ctx context.Context, one, other string) (string, error) {
	for _, name := range []string{one, other} {
		if _, err := r.Commit(ctx, name); err != nil {
			return "", err
		}
	}
	id, err := r.git(ctx, "merge-base", "--end-of-options", one, other)
	if err != nil {
		return "", fmt.Errorf("%s and %s have no commit in common: %s", one, other, cmp.Or(r.shallow(ctx), "compare with "+one+" itself, without the dots"))
	}
	return strings.TrimSpace(id), nil
}

// nearest suggests a branch or tag, or says why one may be missing.
func (r *Repository) nearest(ctx context.Context, name string) string {
	if head, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil || head == "" {
		return "it has no commits yet"
	}
	if hint := r.shallow(ctx); hint != "" {
		return hint // whatever the name is like, it may be right
	}
	refs, err := r.git(ctx, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
	if err == nil {
		if near, ok := diag.Closest(name, strings.Fields(refs)); ok {
			return fmt.Sprintf("did you mean %s?", near)
		}
	}
	return ""
}

// shallow says what to do where a part of the history was not fetched, as in most CI; else nothing.
func (r *Repository) shallow(ctx context.Context) string {
	if answer, err := r.git(ctx, "rev-parse", "--is-shallow-repository"); err != nil || strings.TrimSpace(answer) != "true" {
		return ""
	}
	return "the clone is shallow: get the rest with git fetch --unshallow, or in CI with fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab"
}

// git runs a command and returns what it prints. The error is the first line of what it complains about.
func (r *Repository) git(ctx context.Context, arguments ...string) (string, error) {
	cmd := r.command(ctx, arguments...)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		line, _, _ := bytes.Cut(bytes.TrimSpace(failed.Stderr), []byte("\n"))
		return "", fmt.Errorf("git %s: %s", arguments[0], strings.TrimPrefix(string(line), "fatal: "))
	}
	if err != nil {
		return "", fmt.Errorf("git %s: %w", arguments[0], err)
	}
	return string(out), nil
}

// command speaks English, because messages are read, and takes no locks, because others may be at work.
func (r *Repository) command(ctx context.Context, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", arguments...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	return cmd
}
