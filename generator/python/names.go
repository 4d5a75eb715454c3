package python

import (
	"strconv"
	"strings"
	"unicode"
)

// keywords can name nothing (https://docs.python.org/3/reference/lexical_analysis.html#keywords).
var keywords = []string{
	"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
	"except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
	"return", "try", "while", "with", "yield",
}

// moduleNames are the names that the templates declare or import, which no type may take and no parameter may hide.
var moduleNames = []string{
	"ASGIApp", "Any", "Awaitable", "Callable", "Collector", "CollectorRegistry", "Counter", "Dict", "Duration", "DurationCounter",
	"DurationHistogram", "Final", "Gauge", "Generic", "HTTPMiddleware", "DurationGauge", "Histogram", "InfoMetricFamily", "Iterable", "List", "Literal",
	"Message", "Metric", "Metrics", "MutableMapping", "Operation", "Optional", "Set", "TimestampGauge", "Timer", "Tuple", "TypeVar", "Union", "annotations",
	"asyncio", "cast", "datetime", "functools", "inspect", "itertools", "logging", "math", "prometheus_client", "re", "self", "threading", "time",
	"timedelta", "bool", "float", "int", "str",
}

// identifier makes a name of Python out of a metric's or label's name. Names that begin with an underscore are private, and
// those with two are changed by classes, so that none is left.
func identifier(name string) string {
	name = strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, name), "_")
	if name == "" || unicode.IsDigit(rune(name[0])) {
		return "x" + name
	}
	return name
}

// camel makes the name of a type out of an identifier: token_type is TokenType.
func camel(name string) string {
	var text strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word != "" {
			text.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return text.String()
}

// scope knows the names that are taken.
type scope map[string]bool

func newScope(reserved ...[]string) scope {
	taken := scope{}
	for _, names := range append(reserved, keywords) {
		for _, name := range names {
			taken[name] = true
		}
	}
	return taken
}

// take returns the name, with as many underscores behind it as make it free.
func (s scope) take(name string) string {
	for s[name] {
		name += "_"
	}
	s[name] = true
	return name
}

// quote writes a text as Python does. What cannot be printed is escaped.
func quote(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			quoted.WriteString(`\` + string(r))
		case r == '\n':
			quoted.WriteString(`\n`)
		case unicode.IsPrint(r):
			quoted.WriteRune(r)
		case r < 0x100:
			quoted.WriteString(`\x` + hex(r, 2))
		case r < 0x10000:
			quoted.WriteString(`\u` + hex(r, 4))
		default:
			quoted.WriteString(`\U` + hex(r, 8))
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}

func hex(r rune, digits int) string {
	text := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", digits-len(text)) + text
}

// number writes a number of Python that is a float.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if strings.ContainsAny(text, ".e") {
		return text
	}
	return text + ".0"
}
