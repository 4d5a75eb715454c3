package lower

import (
	"slices"
	"strings"
)

// pythonKeywords name no module (https://docs.python.org/3/reference/lexical_analysis.html#keywords).
var pythonKeywords = []string{
	"and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
	"from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
	"yield",
}

// pythonImports are the modules that a generated module and its test import: one of the same name would import itself.
var pythonImports = []string{
	"__future__", "asyncio", "datetime", "functools", "inspect", "itertools", "logging", "math", "prometheus_client", "re", "threading",
	"time", "typing", "unittest",
}

// pythonModule refuses names that Python could not import.
func (l *lowerer) pythonModule(name string) string {
	const path = "instrument.python.module"
	words := strings.Split(name, ".")
	at := slices.IndexFunc(words, func(word string) bool { return slices.Contains(pythonKeywords, word) })
	switch {
	case at >= 0:
		l.report("instrument/module", path, `write another name, such as "metrics"`,
			"%q is a keyword of Python: no module can be imported by that name", words[at])
	case slices.Contains(pythonImports, words[0]):
		l.report("instrument/module", path, `write another name, such as "metrics"`, "the generated code imports another module %q", words[0])
	}
	return name
}
