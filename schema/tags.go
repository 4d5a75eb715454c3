package schema

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/belfry-dev/belfry/internal/diag"
)

// tagSet hands CUE tags to the packages that declare them: cue refuses a tag that a package does not know, but of many
// packages that are loaded together only some need to know it.
type tagSet struct {
	tags     []string // as cue takes them
	optional map[string]bool
	lock     sync.Mutex
	used     map[string]bool
	unread   bool // a package could not be read, so that its tags are not known
}

// incomplete notes that a package could not be read.
func (t *tagSet) incomplete() {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.unread = true
}

func newTagSet(tags []string, environment string) *tagSet {
	set := &tagSet{tags: slices.Clone(tags), optional: map[string]bool{}, used: map[string]bool{}}
	if environment != "" {
		tag := "env=" + environment
		set.tags = append(set.tags, tag)
		set.optional[tag] = true
	}
	return set
}

// forFiles returns the tags that the files declare, by @tag or @if, and notes that they are used.
func (t *tagSet) forFiles(files []source) []string {
	declared := t.declaredIn(files)
	t.use(declared)
	return declared
}

func (t *tagSet) declaredIn(files []source) []string {
	var declared []string
	for _, tag := range t.tags {
		name, _, hasValue := strings.Cut(tag, "=")
		if slices.ContainsFunc(files, func(file source) bool { return declares(file.content, name, hasValue) }) {
			declared = append(declared, tag)
		}
	}
	return declared
}

func (t *tagSet) use(tags []string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	for _, tag := range tags {
		t.used[tag] = true
	}
}

// tagAttribute and ifAttribute find what a file declares; a comment that looks like one does no harm worth a parse.
var (
	tagAttribute = regexp.MustCompile(`@tag\(\s*([A-Za-z_$][\w$]*)\s*(?:,([^)]*))?\)`)
	ifAttribute  = regexp.MustCompile(`@if\(([^\n]*)\)`)
)

func declares(content []byte, name string, hasValue bool) bool {
	if !bytes.Contains(content, []byte("@tag(")) && !bytes.Contains(content, []byte("@if(")) {
		return false
	}
	for _, match := range tagAttribute.FindAllSubmatch(content, -1) {
		if hasValue && string(match[1]) == name {
			return true
		}
		if !hasValue && regexp.MustCompile(`short=[^,]*\b`+regexp.QuoteMeta(name)+`\b`).Match(match[2]) {
			return true
		}
	}
	if hasValue {
		return false
	}
	for _, match := range ifAttribute.FindAllSubmatch(content, -1) {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).Match(match[1]) {
			return true
		}
	}
	return false
}

// undeclaredTags reports the tags that no file of the folders or their parents mentions, before anything is made of the packages. What
// cannot be read is reported where it is loaded; then, and of several packages in one folder, unusedTags decides.
func (l *loader) undeclaredTags(folders []folder) diag.List {
	missing := slices.DeleteFunc(slices.Clone(l.tags.tags), func(tag string) bool { return l.tags.optional[tag] })
	read := map[string]bool{}
	for _, f := range folders {
		for dir := f.path; len(missing) > 0 && !read[dir]; dir = filepath.Dir(dir) {
			read[dir] = true
			names, err := cueFiles(dir)
			if err != nil {
				return nil
			}
			for _, name := range names {
				file, problem := l.readFile(filepath.Join(dir, name))
				if problem != nil {
					return nil
				}
				missing = slices.DeleteFunc(missing, func(tag string) bool {
					name, _, hasValue := strings.Cut(tag, "=")
					return declares(file.content, name, hasValue)
				})
			}
			if dir == f.root {
				break
			}
		}
	}
	return undeclared(missing)
}

// undeclared is what is said of tags that no package declares.
func undeclared(tags []string) diag.List {
	var found diag.List
	for _, tag := range tags {
		name, _, _ := strings.Cut(tag, "=")
		found = append(found, problem("spec/tag", diag.Pos{}, "no package declares the tag "+name, "declare it at a field, such as _"+name+": string @tag("+name+")"))
	}
	return found
}

// unusedTags reports the tags that no package declared.
func (l *loader) unusedTags() diag.List {
	l.tags.lock.Lock()
	defer l.tags.lock.Unlock()
	return undeclared(slices.DeleteFunc(slices.Clone(l.tags.tags), func(tag string) bool {
		return l.tags.unread || l.tags.used[tag] || l.tags.optional[tag]
	}))
}
