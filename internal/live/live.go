// Package live holds what running servers have loaded against what specs compile to. The outputs of a compilation and a client of
// a Prometheus or an Alertmanager come in; findings at the spec's own lines go out: what is missing, changed or too much. It only
// reads.
//
// A server is compared with the compiled files, not with the Program: the files are what was to be loaded, and leave out what the
// declared versions do not know.
package live

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

// The codes of what is found.
const (
	codeMissing = "live/missing"
	codeChanged = "live/changed"
	codeExtra   = "live/extra"
	codeFailing = "live/failing"
)

// Result is what a comparison with one server found.
type Result struct {
	Found diag.List
	// Compared says in words how much was held against the spec, and what was left out.
	Compared string
}

// Kinds are the artifacts that servers are compared with.
func Kinds() []artifact.Kind { return []artifact.Kind{artifact.Rules, artifact.Alertmanager} }

// data is the content of an output's file, or nil.
func data(output generator.Output, path string) []byte {
	for _, a := range output.Artifacts {
		if a.Path == path {
			return a.Data
		}
	}
	return nil
}

// difference is one setting that is loaded in another form than the spec gives it.
type difference struct {
	field        string
	loaded, spec string
}

// note says how the loaded setting differs.
func (d difference) note() string {
	switch {
	case d.loaded == "":
		return fmt.Sprintf("%s: not loaded, the spec gives %s", d.field, d.spec)
	case d.spec == "":
		return fmt.Sprintf("%s: loaded is %s, the spec gives none", d.field, d.loaded)
	}
	loaded, spec := around(d.loaded, d.spec)
	return fmt.Sprintf("%s: loaded is %s, the spec gives %s", d.field, loaded, spec)
}

func notes(differences []difference) []string {
	var out []string
	for _, d := range differences {
		out = append(out, d.note())
	}
	return out
}

// How much of two long texts is shown: what differs, at most, and some of what is the same around it.
const (
	shown = 200
	same  = 30
)

// around cuts two texts to where they differ.
func around(a, b string) (string, string) {
	ahead, behind := 0, 0
	for ahead < min(len(a), len(b)) && a[ahead] == b[ahead] {
		ahead++
	}
	for behind < min(len(a), len(b))-ahead && a[len(a)-1-behind] == b[len(b)-1-behind] {
		behind++
	}
	return window(a, ahead, len(a)-behind), window(b, ahead, len(b)-behind)
}

// window shows a long text from one place to another, with what is around.
func window(text string, from, to int) string {
	start, end := 0, len(text)
	if len(text) > shown {
		start = max(0, from-same)
		end = min(len(text), to+same, start+shown)
	}
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	out := text[start:end]
	if start > 0 {
		out = "…" + out
	}
	if end < len(text) {
		out += "…"
	}
	return strings.ReplaceAll(out, "\n", " ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
