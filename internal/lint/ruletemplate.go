package lint

import (
	"regexp"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleTemplate = &Check{
	Code: "rule/template", Severity: diag.Error, Warns: true,
	Summary: "an annotation or a label is a template that Prometheus cannot expand",
	Why: "A template that does not parse keeps Prometheus from loading the whole file. One that parses and fails when the alert " +
		"fires, such as a filter that gets a word instead of a number, prints <error expanding template: …> where people look for " +
		"what is broken (rules.AlertingRule). What stands outside of {{ }} is printed as it is, and the labels of recording rules are " +
		"not expanded at all.",
	Run: func(p *Pass) {
		trials := map[string]trial{}
		for i := range p.Templates {
			t := &p.Templates[i]
			reportOutside(p, t, t.Nodes)
			switch {
			case t.failure != nil:
				reportUnparsed(p, t)
			case needsTrial(t):
				result, known := trials[t.Text.Value]
				if !known {
					result = tryOut(t)
					trials[t.Text.Value] = result
				}
				switch {
				case result.message == "":
				case result.doubtful:
					p.Warn(t.At(result.offset, result.length), result.help, "%s %s, for any text that was tried as a label", t.kind(), result.message)
				default:
					p.Report(t.At(result.offset, result.length), result.help, "%s %s", t.kind(), result.message)
				}
			}
		}
		for i := range p.Rules {
			reportUnexpanded(p, &p.Rules[i])
		}
	},
}

// parseFailure is how package text/template/parse prints an error: template: NAME:LINE: what is wrong.
var parseFailure = regexp.MustCompile(`(?s)^template: [^:]*:(\d+)(?::\d+)?: (.*)$`)

// unknownFunction is the message for a function that is not there.
var unknownFunction = regexp.MustCompile(`^function "([^"]*)" not defined$`)

// reportUnparsed reports a template at the word that the error names, or in its line.
func reportUnparsed(p *Pass, t *Template) {
	line, message := 1, t.failure.Error()
	if found := parseFailure.FindStringSubmatch(message); found != nil {
		line, _ = strconv.Atoi(found[1])
		message = strings.TrimSpace(found[2])
	}
	start, length := lineOf(t.Text.Value, line)
	help := "close every action with }}, every block with {{ end }}, and quote texts"
	if found := unknownFunction.FindStringSubmatch(message); found != nil {
		if at := strings.Index(t.Text.Value[start:], found[1]); at >= 0 {
			start, length = start+at, len(found[1])
		}
		help = suggestFunction(found[1])
	}
	if rest, ok := strings.CutPrefix(message, "undefined variable "); ok {
		name := strings.Trim(rest, `"`)
		help = meantOneOf(name, []string{"$labels", "$value", "$externalLabels", "$externalURL"})
		if at := strings.Index(t.Text.Value[start:], name); at >= 0 {
			start, length = start+at, len(name)
		}
	}
	p.Report(t.At(start, length), help, "%s does not parse, and Prometheus refuses the file: %s", t.kind(), message)
}

// lineOf is where a line of a text starts, and its length.
func lineOf(text string, line int) (start, length int) {
	for ; line > 1; line-- {
		next := strings.IndexByte(text[start:], '\n')
		if next < 0 {
			break
		}
		start += next + 1
	}
	if end := strings.IndexByte(text[start:], '\n'); end >= 0 {
		return start, end
	}
	return start, len(text) - start
}

// variableOutside is a variable where texts are printed as they are, with the single brace that may stand around it.
var variableOutside = regexp.MustCompile(`\{? ?\$(?:value|labels\.[a-zA-Z_]+)\b ?\}?`)

// reportOutside warns of variables in the texts between actions.
func reportOutside(p *Pass, t *Template, nodes []parse.Node) {
	for _, node := range nodes {
		text, ok := node.(*parse.TextNode)
		if !ok {
			continue
		}
		if at := variableOutside.FindIndex(text.Text); at != nil {
			start := indexFrom(t.Text.Value, string(text.Text[at[0]:at[1]]), offset(text))
			p.Warn(t.At(start, at[1]-at[0]), "write it in {{ }}", "%s prints %s as it is", t.kind(), strings.TrimSpace(string(text.Text[at[0]:at[1]])))
		}
	}
}

// reportUnexpanded reports templates where none are expanded: in the labels of recording rules, and in names.
func reportUnexpanded(p *Pass, rule *Rule) {
	if at := strings.Index(rule.Name().Value, "{{"); at >= 0 {
		p.Report(rule.At(rule.Name().Pos(at, len(rule.Name().Value)-at)), "say in an annotation what changes from alert to alert",
			"a rule's name is no template: it stays %s", rule.Name().Value)
	}
	if rule.Record.Value == "" {
		return
	}
	for _, pair := range rule.Labels {
		if at := strings.Index(pair.Value.Value, "{{"); at >= 0 {
			place := rule.At(pair.Value.Pos(at, len(pair.Value.Value)-at))
			p.Report(place, "set the label in the expression, with label_replace() or label_join()",
				"label %s of a recording rule is no template: Prometheus stores %s as it is", pair.Name.Value, firstLine(pair.Value))
		}
	}
}

// firstLine is the beginning of a text in a message.
func firstLine(text read.Text) string {
	line, _, _ := strings.Cut(text.Value, "\n")
	return line
}
