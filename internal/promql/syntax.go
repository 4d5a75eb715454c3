package promql

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

var unknownFunction = regexp.MustCompile(`unknown function with name "([^"]*)"`)

// syntaxHelp is what to do about an error of Prometheus' parser, by a part of its message.
var syntaxHelp = []struct{ part, help string }{
	{"unclosed left parenthesis", "close it with )"},
	{"unclosed left bracket", "close it with ]"},
	{"expected type range vector", "add a range, such as [5m]"},
	{"got range vector", "remove the range, or wrap it in a function such as rate()"},
	{"ranges only allowed for vector selectors", "write a subquery, such as [10m:1m]"},
	{"in duration expression: '$'", "write the range, such as [5m]: Grafana's variables are unknown to Prometheus, and rules need a range of their own"},
	{"unexpected character: '$'", "write the value: Prometheus knows no variables"},
	{"in label matching, expected string", "write the value in quotes"},
	{"unterminated quoted string", "close the quotes"},
	{"must use BOOL modifier", "write bool behind the comparison"},
	{"at least one non-empty matcher", "name a metric, or a label's value that is not empty"},
	{"no expression found in input", "write an expression"},
}

// SyntaxHelp says what to do about an error of Prometheus' parser; empty where its message says all that there is to say.
func SyntaxHelp(message string) string {
	if found := unknownFunction.FindStringSubmatch(message); found != nil {
		if closest, ok := diag.Closest(found[1], slices.Collect(maps.Keys(parser.Functions))); ok {
			return fmt.Sprintf("did you mean %s()?", closest)
		}
	}
	for _, one := range syntaxHelp {
		if strings.Contains(message, one.part) {
			return one.help
		}
	}
	return ""
}
