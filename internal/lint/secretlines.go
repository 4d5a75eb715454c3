package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// secretEndings end the names of fields whose values may be secrets, or hold some.
var secretEndings = []string{"key", "token", "password", "passwd", "secret", "credentials", "identity", "authorization", "cookie", "http_headers",
	"httpheaders"}

// isSecretField reports a field whose value may be a secret. An address is one where it ends in a token, as those of webhooks do.
func isSecretField(name string) bool {
	name = strings.ToLower(name)
	last := name[strings.LastIndexByte(name, '_')+1:]
	return last == "url" || last == "id" || slices.ContainsFunc(secretEndings, func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// secretLines are the lines in which secrets may stand, also beside what a finding is about. They are not printed.
func secretLines(set *read.Set) map[diag.Pos]bool {
	lines := map[diag.Pos]bool{}
	for _, secret := range set.Secrets {
		markAll(lines, secret)
	}
	for _, settings := range set.Settings {
		markSecrets(lines, settings)
	}
	return lines
}

// markSecrets marks the lines of all values below fields with secrets.
func markSecrets(lines map[diag.Pos]bool, value read.Value) {
	if isSecretField(value.Field("name").Text().Value) { // of an environment variable or a header, beside its value
		markAll(lines, value)
	}
	for name, below := range value.Fields() {
		if isSecretField(name.Value) {
			markAll(lines, below)
		}
		markSecrets(lines, below)
	}
	for _, item := range value.Items() {
		markSecrets(lines, item)
	}
}

// markAll marks the lines of all values and of the names that they have.
func markAll(lines map[diag.Pos]bool, value read.Value) {
	if text := value.Text(); !text.IsZero() {
		markText(lines, text)
	}
	for name, below := range value.Fields() {
		lines[lineAt(name.At())] = true
		markAll(lines, below)
	}
	for _, item := range value.Items() {
		markAll(lines, item)
	}
}

// markText marks the line of a text, and those that it goes on in.
func markText(lines map[diag.Pos]bool, text read.Text) {
	first, last := text.Pos(0, 1), text.Pos(len(text.Value)-1, 1)
	for line := first.Line; line <= max(first.Line, last.Line); line++ {
		lines[diag.Pos{File: first.File, Line: line}] = true
	}
}

// conceal keeps lines with secrets out of what is printed of findings.
func (f *Files) conceal(found diag.List) {
	for i := range found {
		found[i].Conceal = found[i].Conceal || f.secrets[lineAt(found[i].Pos)]
	}
}

// lineAt is the line of a place, without the column.
func lineAt(at diag.Pos) diag.Pos { return diag.Pos{File: at.File, Line: at.Line} }
