package slospec

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// unknown says which fields of a mapping have no meaning here: a setting that is silently dropped looks as if it held.
func (i *importer) unknown(value read.Value, comments *[]string, of string, known ...string) {
	var lost []string
	var at diag.Pos
	for name := range value.Fields() {
		if slices.Contains(known, name.Value) {
			continue
		}
		if len(lost) == 0 {
			at = name.At()
		}
		lost = append(lost, name.Value)
	}
	if len(lost) > 0 {
		i.say(codeLeftOut, at, comments, "look for it in docs/spec.md, or do without", "no place for %s of %s", plural("field", lost), of)
	}
}

// either is a field by one of its two spellings.
func either(value read.Value, names ...string) read.Value {
	for _, name := range names {
		if found := value.Field(name); !found.IsZero() {
			return found
		}
	}
	return read.Value{}
}

func isTrue(text read.Text) bool { return strings.EqualFold(text.Value, "true") }

// identifier makes a name of Belfry's out of another tool's: letters, digits and underscores.
func identifier(name string) string {
	made := strings.Join(words(name), "_")
	if made == "" || made[0] >= '0' && made[0] <= '9' {
		made = "slo_" + made
	}
	return strings.TrimSuffix(made, "_")
}

// resourceName makes a name that Kubernetes takes out of any.
func resourceName(name string) string {
	made := strings.Join(words(name), "-")
	if made == "" {
		return "unknown"
	}
	return strings.Trim(made[:min(len(made), 53)], "-")
}

// words are the runs of letters and digits in a name, in lower case.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// sentence makes words of a name: requests-availability is Requests availability.
func sentence(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == ' ' }), " ")
	if words == "" {
		return name
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// camel makes RequestsAvailability of requests_availability, as the names of an SLO's alerts begin.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// oneLine joins the lines of a text.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func plural(noun string, names []string) string {
	if len(names) > 1 {
		noun += "s"
	}
	return noun + " " + strings.Join(names, ", ")
}
