package check

import (
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/literal"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// The codes that Apply reports itself.
const (
	acceptError       = "accept/error"
	acceptUnknownCode = "accept/unknown-code"
	acceptUnused      = "accept/unused"
)

// Apply drops the warnings that the spec accepts: those whose code has an entry that lists the name of what the finding is
// about, such as the metric's or the alert's. Errors stay, and accepting one is an error of its own; so is an entry of an
// unknown code. A name that no warning needed is a warning, unless there are errors: they may have kept a check from
// looking. Locate finds the position of a path of the spec.
func Apply(list diag.List, accepted map[string]schema.Accept, locate func(path string) diag.Pos) diag.List {
	var kept, about diag.List
	used := map[acceptance]bool{}
	failed := map[acceptance]bool{}
	for _, d := range list {
		a := acceptance{d.Code, objectName(d.Path)}
		switch {
		case !slices.Contains(accepted[d.Code].Names, a.name):
			kept = append(kept, d)
		case d.Severity == diag.Error:
			failed[a] = true
			kept = append(kept, d)
		default:
			used[a] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(accepted)) {
		about = append(about, aboutEntry(code, accepted[code], used, failed, locate)...)
	}
	if list.HasErrors() {
		about = slices.DeleteFunc(about, func(d diag.Diagnostic) bool { return d.Code == acceptUnused })
	}
	return append(kept, about...).Sort()
}

// acceptance is one code accepted for one name.
type acceptance struct{ code, name string }

// aboutEntry says what is wrong with one entry of accept.
func aboutEntry(code string, entry schema.Accept, used, failed map[acceptance]bool, locate func(string) diag.Pos) diag.List {
	finding := func(kind string, severity diag.Severity, path, help, message string) diag.Diagnostic {
		return diag.Diagnostic{Code: kind, Severity: severity, Pos: locate(path), Path: path, Message: message, Help: help}
	}
	path := schema.Path("accept", code)
	known, ok := Explain(code)
	if !ok {
		help := "belfry check prints the code of every finding in brackets"
		if closest, found := diag.Closest(code, Codes()); found {
			help = "did you mean \"" + closest + "\"?"
		}
		return diag.List{finding(acceptUnknownCode, diag.Error, path, help, "there is no diagnostic code \""+code+"\"")}
	}
	if known.Severity == diag.Error && !known.Warns {
		return diag.List{finding(acceptError, diag.Error, path, "correct what it finds, and remove this entry",
			code+" is an error, and errors cannot be accepted")}
	}
	var list diag.List
	for i, name := range entry.Names {
		at := schema.Path("accept", code, "names", i)
		switch a := (acceptance{code, name}); {
		case failed[a]:
			list = append(list, finding(acceptError, diag.Error, at, "correct what it finds, and remove the name",
				code+" is an error for "+name+", and errors cannot be accepted"))
		case !used[a] && !isExposed(code):
			list = append(list, finding(acceptUnused, diag.Warning, at, "remove the name", "no warning "+code+" is about "+name))
		}
	}
	return list
}

// isExposed reports whether a code is about what a running service exposes, which is only compared when somebody asks for it.
func isExposed(code string) bool { return strings.HasPrefix(code, "exposed/") }

// objectName is the name of what a path of the spec is about: the second element, as in alerts.HighErrorRate.above, or the
// first of a path that has only one.
func objectName(path string) string {
	first, rest := element(path)
	if rest == "" {
		return first
	}
	name, _ := element(rest)
	return name
}

// element cuts the first element off a path: a quoted name, or all up to the next dot.
func element(path string) (name, rest string) {
	if strings.HasPrefix(path, `"`) {
		for i := 1; i < len(path); i++ {
			switch path[i] {
			case '\\':
				i++
			case '"':
				name, err := literal.Unquote(path[:i+1])
				if err != nil {
					name = path[:i+1]
				}
				return name, strings.TrimPrefix(path[i+1:], ".")
			}
		}
	}
	name, rest, _ = strings.Cut(path, ".")
	return name, rest
}
