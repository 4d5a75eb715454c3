package mutation

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// operator is one mechanical mistake, made at each site where it can be made.
type operator struct {
	name string
	// codes are those of which one must be reported.
	codes []string
	sites func(*corpus) []mutant
}

// mutant is the change of one place in one file.
type mutant struct {
	file *file
	edit edit
	site string // what is changed, for people and for the table of survivors
	// owner is the rule, panel, route or resource that the place stands in: the finding must stand there too.
	owner region
	// names are of what the change takes away or alters: a finding about one of them may stand where it is used.
	names []string
	// anywhere says that the finding stands at what no longer works, in another file than what is wrong.
	anywhere bool
}

// edit replaces bytes of a file.
type edit struct {
	region
	text string
}

// changed is the file with the change.
func (m mutant) changed() *file {
	text := m.file.text
	return newFile(m.file.path, text[:m.edit.start]+m.edit.text+text[m.edit.end:])
}

// reported returns a finding of one of the codes at the mutated place, or of what it names; false where there is none.
func (m mutant) reported(found diag.List, changed *file, codes []string) (diag.Diagnostic, bool) {
	grown := len(changed.text) - len(m.file.text)
	first, last := changed.line(m.owner.start), changed.line(max(m.owner.end+grown-1, m.owner.start))
	for _, d := range found {
		if !slices.Contains(codes, d.Code) {
			continue
		}
		here := d.Pos.File == changed.path && first <= d.Pos.Line && d.Pos.Line <= last
		near := d.Pos.File == changed.path || strings.HasPrefix(d.Pos.File, dashboardFolder)
		if here || m.anywhere || near && slices.ContainsFunc(m.names, func(name string) bool { return mentions(d, name) }) {
			return d, true
		}
	}
	return diag.Diagnostic{}, false
}

// mentions reports whether a finding is about a name.
func mentions(d diag.Diagnostic, name string) bool {
	if d.Path == name {
		return true
	}
	word := regexp.MustCompile(`(^|[^\w:])` + regexp.QuoteMeta(name) + `($|[^\w:])`)
	return word.MatchString(d.Message) || slices.ContainsFunc(d.Notes, word.MatchString)
}

// where is the mutated line, for a test that fails.
func (m mutant) where() string {
	return fmt.Sprintf("%s:%d %s", m.file.path, m.file.line(m.edit.start), m.site)
}

// span is where a part of a value stands in the file.
func (f *file) span(t read.Text, from, to int) region {
	start := f.offset(t.Pos(from, 1))
	if to <= from {
		return region{start, start}
	}
	last := t.Pos(to-1, 1)
	return region{start, f.offset(last) + max(last.Len, 1)}
}

// splice replaces a part of a value, in the notation of the value.
func (f *file) splice(t read.Text, from, to int, text string) edit {
	return edit{f.span(t, from, to), f.notated(t, strings.Join(strings.Fields(text), " "))}
}

// replace replaces a whole value.
func (f *file) replace(t read.Text, text string) edit { return f.splice(t, 0, len(t.Value), text) }

// notated is a text as it is written inside a value.
func (f *file) notated(t read.Text, text string) string {
	before := f.text[f.offset(t.Pos(0, 1))-1]
	switch {
	case before == '"':
		quoted, err := json.Marshal(text)
		if err != nil {
			panic(err) // a string always marshals
		}
		return html.Replace(string(quoted[1 : len(quoted)-1]))
	case before == '\'' && path.Ext(f.path) == ".yaml":
		return strings.ReplaceAll(text, "'", "''")
	}
	return text
}

// html takes back what encoding/json escapes for the sake of web pages.
var html = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// remove takes a block away.
func (f *file) remove(block region) edit { return edit{block, ""} }

// misspelt is a word without its middle letter.
func misspelt(word string) string {
	middle := len(word) / 2
	if word[middle] == '_' || word[middle] == ':' {
		middle--
	}
	return word[:middle] + word[middle+1:]
}
