package schema

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
)

// declaresEnvironment reports whether the files declare the CUE tag env.
func declaresEnvironment(files []source) bool {
	return slices.ContainsFunc(files, func(file source) bool { return declares(file.content, "env", true) })
}

// undecided returns the first of the platform's environments where a package declares the tag env and nobody has set it:
// without a value it cannot be complete, but its list of environments can be read.
func (l *loader) undecided(m *member, whole cue.Value) string {
	if l.options.Environment != "" || !declaresEnvironment(m.loaded.sources) {
		return ""
	}
	if slices.ContainsFunc(l.options.Tags, func(tag string) bool { return strings.HasPrefix(tag, "env=") }) {
		return ""
	}
	names, err := whole.LookupPath(cue.ParsePath("platform.environments")).List()
	if err != nil || !names.Next() {
		return ""
	}
	first, err := names.Value().String()
	if err != nil {
		return ""
	}
	return first
}

// inEnvironment loads a folder once more with the tag env set.
func (l *loader) inEnvironment(f folder, environment string) outcome {
	options := l.options
	options.Environment = environment
	again, err := newLoader(options)
	if err != nil {
		return outcome{err: err}
	}
	results := make(chan outcome, 1)
	again.evaluate([]folder{f}, results)
	return <-results
}
