package schema

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// problem is an error at a position. Help is what to do about it, where there is something to say.
func problem(code string, position diag.Pos, message string, help ...string) diag.Diagnostic {
	return diag.Diagnostic{Code: code, Severity: diag.Error, Pos: position, Message: message, Help: strings.Join(help, "; ")}
}

// wanted says in plain words what a shape allows.
func wanted(want *shape) string {
	switch {
	case len(want.alternatives) > 0:
		var all []string
		for _, alternative := range want.alternatives {
			all = append(all, wanted(alternative))
		}
		return strings.Join(all, ", or ")
	case len(want.enum) > 0 && want.basic == "string":
		var quoted []string
		for _, value := range want.enum {
			quoted = append(quoted, strconv.Quote(value))
		}
		return listing(quoted, "or")
	case want.want != "":
		return want.want
	case want.isStruct():
		return wantedStruct(want)
	case want.values != nil:
		return "a struct with a field for each name"
	case want.elements != nil:
		return "a list"
	case want.basic == "string" && want.notEmpty:
		return "text that is not empty"
	case want.basic == "string":
		return "text"
	case want.basic == "bool":
		return "true or false"
	case want.basic == "int":
		return "a whole number" + wantedBounds(want)
	default:
		return "a number" + wantedBounds(want)
	}
}

func wantedStruct(want *shape) string {
	var required []string
	for _, field := range want.fields {
		if field.required {
			required = append(required, field.name)
		}
	}
	if len(required) == 0 {
		return "a struct"
	}
	return "a struct with " + listing(required, "and")
}

func wantedBounds(want *shape) string {
	words := map[token.Token]string{token.GTR: "above", token.GEQ: "from", token.LSS: "below", token.LEQ: "up to"}
	var limits []string
	for _, limit := range want.bounds {
		limits = append(limits, words[limit.operator]+" "+limit.text)
	}
	if len(limits) == 0 {
		return ""
	}
	return " " + strings.Join(limits, " and ")
}

// longestQuote is how many runes of a user's value a message repeats.
const longestQuote = 60

// had says in plain words what the user wrote.
func had(value cue.Value) string {
	switch kind, _ := inspect(value); kind {
	case cue.StructKind:
		return "a struct"
	case cue.ListKind:
		return "a list"
	case cue.NullKind:
		return "null"
	}
	text := fmt.Sprint(value)
	if utf8.RuneCountInString(text) > longestQuote {
		text = string([]rune(text)[:longestQuote]) + "…"
	}
	return text
}

// helpForType says how a value of the wrong type is put right, where that is certain.
func helpForType(code string, want *shape, value cue.Value) string {
	kind, _ := inspect(value)
	switch {
	case want.definition == "#Secret":
		return `write secret: {name: "shop-alerting", key: "pagerduty"}, and keep the value itself out of the repository`
	case code != "schema/type":
		return ""
	case kind == cue.NullKind:
		return "leave the field out"
	case want.elements != nil && (kind == cue.StringKind || kind == cue.IntKind || kind == cue.FloatKind):
		return "put it in brackets: [" + had(value) + "]"
	case want.basic == "string" && want.want == "" && len(want.enum) == 0 && (kind == cue.IntKind || kind == cue.FloatKind):
		return "put it in quotes: \"" + had(value) + "\""
	default:
		return ""
	}
}

// listing joins words as a sentence does: "a, b or c".
func listing(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
