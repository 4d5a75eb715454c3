package lint

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"

	typed "github.com/belfry-dev/belfry/internal/promql"
)

// trial is what the expansion of a template told.
type trial struct {
	message, help  string // empty where one expansion at least succeeded
	doubtful       bool   // what failed was given a text that nobody knows
	offset, length int
}

// labelLength is that of a SHA-256 in hexadecimal digits, the longest text that people cut a piece of.
const labelLength = 64

// trialLabels stand for what labels may be: numbers and durations, short and long, addresses, and labels that are not there.
var trialLabels = []string{"1", "5m", longLabel("1"), longLabel("5m"), "example:80", ""}

// longLabel is a number or a duration with many zeros before it.
func longLabel(text string) string { return strings.Repeat("0", labelLength-len(text)) + text }

// tryOut expands a template with Prometheus' own engine and with several values of what nobody knows: labels, and queries
// with and without a result. It has failed where every expansion has.
func tryOut(t *Template) trial {
	var first trial
	for _, label := range trialLabels {
		for _, found := range []promql.Vector{{{F: 1, Metric: everyLabel(t, label)}}, nil} {
			result := expand(t, label, found)
			if result.message == "" {
				return trial{}
			}
			if first.message == "" {
				first = result
			}
		}
	}
	return first
}

// everyLabel gives a series all labels that the template names.
func everyLabel(t *Template, value string) labels.Labels {
	set := map[string]string{}
	for _, use := range t.walk(nil).labels {
		set[use.name] = value
	}
	return labels.FromMap(set)
}

func expand(t *Template, label string, found promql.Vector) trial {
	query := func(_ context.Context, expr string, _ time.Time) (promql.Vector, error) {
		_, err := typed.ParseAny(expr)
		return found, err
	}
	data := template.AlertTemplateData(everyLabel(t, label).Map(), nil, "http://localhost:9090", promql.Sample{F: 1})
	expander := template.NewTemplateExpander(context.Background(), templateHeader+t.Text.Value, "text", data, model.Time(0), query, &url.URL{}, nil)
	text, err := expander.Expand()
	if err != nil {
		return failed(t.Text.Value, err)
	}
	if verb := wrongVerb.FindString(text); verb != "" && !strings.Contains(t.Text.Value, verb) {
		return misprinted(t.Text.Value, verb)
	}
	return trial{}
}

// executionFailure is how package text/template prints an error of an expansion; the column counts bytes from 0.
var executionFailure = regexp.MustCompile(`(?s)template: text:(\d+):(\d+): executing "text" at <(.*?)>: (.*)$`)

// alertData is the type of template.AlertTemplateData in messages.
var alertData = regexp.MustCompile(`type struct \{.*\}`)

// failed finds the place of an expansion's error.
func failed(text string, err error) trial {
	found := executionFailure.FindStringSubmatch(err.Error())
	if found == nil {
		return trial{message: "cannot be expanded: " + err.Error(), help: "mend the template", length: len(text)}
	}
	line, _ := strconv.Atoi(found[1])
	column, _ := strconv.Atoi(found[2])
	start, _ := lineOf(text, line)
	if line == 1 {
		column -= len(templateHeader)
	}
	message := found[4]
	if rest, ok := strings.CutPrefix(message, "error calling "); ok {
		message = "error in " + rest
	}
	message = alertData.ReplaceAllLiteralString(message, "what alerts offer")
	help := "filters take numbers, $value first of all; fields are those of .Labels and .Value"
	if strings.Contains(message, "incompatible types for comparison") {
		help = "compare $value with a number that has a point, such as 100.0, and labels with texts"
	}
	result := trial{message: "cannot be expanded: " + message, help: help, offset: start + max(column, 0),
		length: len(strings.TrimSuffix(found[3], "..."))}
	result.doubtful = !whateverText.MatchString(message) && readsUnknown(text, result.offset)
	return result
}

// whateverText are messages about types, and about patterns: they hang on no label's text.
var whateverText = regexp.MustCompile(`incompatible types|can't evaluate field|wrong type|expected|regexp: Compile`)

// unknownText is what stands for a label, or for a variable or a dot that may hold one.
var unknownText = regexp.MustCompile(`abel|\$|(?:^|[\s({-])\.(?:$|[\s)|}-])`)

// readsUnknown reports whether the action at a place of a text reads more than the value.
func readsUnknown(text string, at int) bool {
	at = min(at, len(text))
	start := max(strings.LastIndex(text[:at], "{{"), 0)
	action, _, _ := strings.Cut(text[start:], "}}")
	return unknownText.MatchString(strings.ReplaceAll(action, "$value", ""))
}

// wrongVerb is what package fmt prints where verb and value do not fit, as in "%!d(float64=1)".
var wrongVerb = regexp.MustCompile(`%!(?:[a-zA-Z]\(|\(NOVERB\)|\(EXTRA |\(BADWIDTH\)|\(BADPREC\)|\(BADINDEX\))`)

// misprinted finds the place of a verb that does not fit its value.
func misprinted(text, printed string) trial {
	verb := strings.TrimSuffix(strings.TrimPrefix(printed, "%!"), "(")
	at := regexp.MustCompile(`%[-+# 0-9.]*` + regexp.QuoteMeta(verb)).FindStringIndex(text)
	if at == nil {
		at = []int{max(strings.Index(text, "printf"), 0), len(text)}
	}
	return trial{message: "prints " + strings.TrimSuffix(printed, "(") + "(…): the format does not fit what is printed",
		help: `$value is a float64: print it with %f, %g or %e, and labels with %s`, offset: at[0], length: at[1] - at[0]}
}

// needsTrial reports whether a template does more than to print labels and the value through filters that take any number.
func needsTrial(t *Template) bool {
	return slices.ContainsFunc(t.Nodes, func(node parse.Node) bool {
		switch n := node.(type) {
		case *parse.TextNode:
			return false
		case *parse.ActionNode:
			return !isPlain(n.Pipe)
		}
		return true
	})
}

// floatFormat prints one float.
var floatFormat = regexp.MustCompile(`^(?:[^%]|%%)*%[-+# 0-9.]*[fFeEgGv](?:[^%]|%%)*$`)

// isPlain reports the actions that most texts are made of, which cannot fail: a label, or the value through filters that take
// any number.
func isPlain(pipe *parse.PipeNode) bool {
	last := pipe.Cmds[0].Args[len(pipe.Cmds[0].Args)-1]
	variable, ok := last.(*parse.VariableNode)
	switch {
	case !ok || len(pipe.Decl) > 0 || len(pipe.Cmds) > 2:
		return false
	case variable.Ident[0] == "$labels":
		return len(variable.Ident) == 2 && len(pipe.Cmds) == 1 && len(pipe.Cmds[0].Args) == 1
	case variable.Ident[0] != "$value" || len(variable.Ident) > 1:
		return false
	}
	switch first := pipe.Cmds[0]; {
	case len(first.Args) == 1 && len(pipe.Cmds) == 1:
		return true
	case len(first.Args) == 1:
		return takesAnyNumber(pipe.Cmds[1].Args)
	default:
		return len(pipe.Cmds) == 1 && takesAnyNumber(first.Args[:len(first.Args)-1])
	}
}

// takesAnyNumber reports filters, with their arguments before the value, that no number makes fail.
func takesAnyNumber(command []parse.Node) bool {
	function, ok := command[0].(*parse.IdentifierNode)
	switch {
	case !ok:
		return false
	case function.Ident != "printf":
		return strings.HasPrefix(function.Ident, "humanize") && len(command) == 1
	case len(command) != 2:
		return false
	}
	format, ok := command[1].(*parse.StringNode)
	return ok && floatFormat.MatchString(format.Text)
}

// expandValue expands a text that prints $value; empty where that fails.
func expandValue(text string, value float64) string {
	data := template.AlertTemplateData(nil, nil, "", promql.Sample{F: value})
	expanded, err := template.NewTemplateExpander(context.Background(), templateHeader+text, "text", data, model.Time(0), nil, &url.URL{}, nil).Expand()
	if err != nil {
		return ""
	}
	return expanded
}
