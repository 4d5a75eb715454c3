package diff

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Before the fold a comment has one phone screen: some twenty lines of forty characters.
const (
	phoneLines = 7   // changes
	phoneWidth = 100 // characters of what a change means; the rest is below the fold
)

// Markdown writes a comment for a pull request: the dangerous changes and some of the others, then the rest, folded. It writes
// nothing where nothing differs.
func (r *Report) Markdown(w io.Writer) error {
	if r.Empty() {
		return nil
	}
	var b bytes.Buffer
	r.markdownHead(&b)
	lines := together(r.Changes)
	shown := min(len(lines), phoneLines)
	cut := shown < len(lines)
	for _, c := range lines[:shown] {
		cut = cut || len(c.names) > len(firstOf(c.names))
		meaning := []rune(c.meaning())
		if len(meaning) > phoneWidth {
			meaning, cut = append(meaning[:phoneWidth-1:phoneWidth-1], '…'), true
		}
		b.WriteString(c.item(string(meaning)))
	}
	if shown > 0 {
		b.WriteString("\n")
	}
	if cut {
		b.WriteString(fold("All " + plural(len(r.Changes), "change")))
		for _, c := range r.Changes {
			b.WriteString(c.item(c.meaning()))
		}
		b.WriteString("\n</details>\n\n")
	}
	r.markdownDetails(&b)
	r.markdownFiles(&b)
	_, err := w.Write(bytes.TrimRight(b.Bytes(), "\n"))
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	return err
}

func (r *Report) markdownHead(b *bytes.Buffer) {
	dangerous := r.Dangerous()
	others := len(r.Changes) - dangerous
	var counts []string
	if dangerous > 0 {
		counts = append(counts, fmt.Sprintf("⚠️ %d dangerous", dangerous))
	}
	switch {
	case len(r.Changes) == 0 && len(r.Uncompared) > 0:
		counts = append(counts, "not compared")
	case len(r.Changes) == 0:
		counts = append(counts, "no change in meaning")
	case dangerous > 0 && others > 0:
		counts = append(counts, fmt.Sprintf("%d more", others))
	case others > 0:
		counts = append(counts, plural(others, "change"))
	}
	fmt.Fprintf(b, "**Monitoring: %s** against %s\n\n", strings.Join(counts, ", "), code(r.Base))
	for _, u := range r.Uncompared {
		fmt.Fprintf(b, "- ❌ %s not compared: %s is broken\n", code(u.Package), escape(u.Side))
	}
}

// item is one change as an item of a list.
func (c Change) item(meaning string) string {
	mark := map[Mark]string{Added: "➕", Removed: "➖", Changed: "✏️"}[c.Mark]
	if c.Danger {
		mark = "⚠️"
	}
	if c.Kind == Alerts {
		return fmt.Sprintf("- %s %s %s\n", mark, c.Name, escape(meaning))
	}
	kind, name := "", c.Name
	if title := c.title(); title != c.Name {
		kind, _, _ = strings.Cut(title, " ")
		kind += " "
	}
	return fmt.Sprintf("- %s %s%s %s\n", mark, kind, code(unquoted(name)), escape(meaning))
}

// unquoted takes the quotes from a title in quotes, and leaves those of a matcher.
func unquoted(name string) string {
	if title, err := strconv.Unquote(name); err == nil {
		return title
	}
	return name
}

// markdownDetails folds PromQL and texts, which GitHub colours as a diff.
func (r *Report) markdownDetails(b *bytes.Buffer) {
	var lines []string
	for _, c := range r.Changes {
		if len(c.Details) > 0 {
			lines = append(lines, "@@ "+diag.Clean(c.title())+" @@")
			lines = append(lines, c.Details...)
		}
	}
	if len(lines) == 0 {
		return
	}
	text := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "%s%sdiff\n%s\n%s\n\n</details>\n\n", fold("Queries and texts"), fence, text, fence)
}

func (r *Report) markdownFiles(b *bytes.Buffer) {
	if len(r.Files) == 0 {
		return
	}
	summary := plural(len(r.Files), "generated file")
	if r.Cost.differs() {
		summary += ", evaluation " + r.Cost.words()
	}
	b.WriteString(fold(summary))
	for _, f := range r.Files {
		fmt.Fprintf(b, "- %s %s\n", markWords[f.Mark], code(f.Path))
	}
	if r.Cost.differs() {
		fmt.Fprintf(b, "\nEvaluation is %s.\n", escape(Estimate))
	}
	b.WriteString("\n</details>\n\n")
}

// fold opens a folded part. The empty line lets Markdown go on inside.
func fold(summary string) string { return "<details><summary>" + summary + "</summary>\n\n" }

// code is text in a code span, whatever backticks it holds.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + diag.Clean(text) + " " + fence
	}
	return fence + diag.Clean(text) + fence
}

// zeroWidth keeps @name and #12 from being taken for people to notify and issues to link.
const zeroWidth = '\u200b'

// escape keeps what users wrote from being Markdown.
func escape(text string) string {
	var b strings.Builder
	for _, r := range diag.Clean(text) {
		if strings.ContainsRune("\\`*_[]<>|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' || r == '#' {
			b.WriteRune(zeroWidth)
		}
	}
	return strings.TrimRightFunc(b.String(), unicode.IsSpace)
}
