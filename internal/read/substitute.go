package read

import (
	"regexp"
	"strings"
)

// Substitution is a query of a dashboard with its variables replaced, so that it parses as PromQL.
type Substitution struct {
	Text string
	// Holes are the variables that were replaced, in the order of the query.
	Holes []Hole
	// Blocked says why the query cannot be analysed although it may parse: a variable names a metric, a label or a function.
	// Empty where it can.
	Blocked string
	spans   spans
}

// Hole is a place of the query whose content only the dashboard's user decides.
type Hole struct {
	Variable string // its name, without $
	Use      Use
	Known    bool // it is Grafana's own, or one of the dashboard's
	// Start and Length are where it stands in the query as written, in bytes.
	Start, Length int
}

// Use is what a variable stands for.
type Use uint8

// The uses.
const (
	UseDuration   Use = iota // in a range, a step or an offset
	UseLabelValue            // in a matcher's value, which then matches anything
	UseNumber                // a parameter or a threshold
	UseText                  // in a string that is no matcher's value
	UseLabelName             // in by (…), on (…) or in place of a matcher's label
	UseMatchers              // one or several whole matchers
	UseName                  // a metric, a function, or a part of a name; or nobody can tell
)

// Original maps Text[start:end] back to the query as written: an offset and a length in bytes.
func (s Substitution) Original(start, end int) (offset, length int) {
	if s.spans.empty() {
		return start, end - start
	}
	from, to := s.spans.original(min(max(start, 0), len(s.Text)), min(max(end, 0), len(s.Text)))
	return from, to - from
}

// grafanaVariable finds a variable at the start of a text as Grafana does (packages/grafana-data, variableRegex): $name, [[name:format]],
// ${name.field:format}.
var grafanaVariable = regexp.MustCompile(`^(?:\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\})`)

// variableAt is the variable at the start of a text, with the length of its notation; 0 where there is none. Numbers are none: $1
// belongs to label_replace.
func variableAt(text string) (name string, length int) {
	if text == "" || text[0] != '$' && text[0] != '[' {
		return "", 0
	}
	match := grafanaVariable.FindStringSubmatch(text)
	if match == nil {
		return "", 0
	}
	name = match[1] + match[2] + match[3]
	if strings.Trim(name, "0123456789") == "" {
		return "", 0
	}
	return name, len(match[0])
}

// macros are Grafana's own variables with a value that fits where they are used (docs: Prometheus template variables).
var macros = map[string]string{
	"__rate_interval": "5m", "__interval": "1m", "__range": "1h", "__interval_ms": "60000", "__rate_interval_ms": "300000",
	"__range_s": "3600", "__range_ms": "3600000", "__from": "1700000000000", "__to": "1700003600000",
}

// isMacro reports whether Grafana itself knows the name.
func isMacro(name string) bool { return strings.HasPrefix(name, "__") }

// Grafana replaces the macros and variables of a query: durations by one that is usual, a matcher on a variable by one that
// matches everything, so that the set of labels is open. Variables that the dashboard does not have are replaced as well;
// numbers such as $1 are left to label_replace.
func Grafana(query string, variables []Variable) Substitution {
	if !strings.Contains(query, "$") && !strings.Contains(query, "[[") {
		return Substitution{Text: query}
	}
	r := &replacer{query: query, variables: variables}
	for r.at < len(query) {
		r.step()
	}
	return Substitution{Text: string(r.out.decoded), Holes: r.holes, Blocked: r.blocked, spans: r.out.finish()}
}
