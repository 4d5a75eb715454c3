package lint

import (
	"sync"
	"text/template/parse"

	"github.com/prometheus/prometheus/template"
	"github.com/prometheus/prometheus/util/features"

	"github.com/belfry-dev/belfry/internal/read"
)

// Template is a text of an alert that Prometheus expands: an annotation or a label.
type Template struct {
	Rule    *Rule
	Name    read.Text
	Text    read.Text
	IsLabel bool
	// Others are the further alerts that have the text too: it is a label of their group.
	Others  []*Rule
	Nodes   []parse.Node // texts and actions; none where it does not parse
	failure error
}

// templateHeader declares the variables that Prometheus offers to the texts of alerts, as rules.AlertingRule does.
const templateHeader = `{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}`

// headerActions is how many actions the header has.
const headerActions = 4

// At is the place of a part of the text.
func (t *Template) At(offset, length int) Place { return t.Rule.At(t.Text.Pos(offset, length)) }

// kind is what the text is, for messages.
func (t *Template) kind() string {
	if t.IsLabel {
		return "label " + t.Name.Value
	}
	return "annotation " + t.Name.Value
}

// templatesOf parses the texts of all alerts. Equal texts are parsed once.
func templatesOf(rules []Rule) []Template {
	var all []Template
	parsed := map[string]parsedTemplate{}
	add := func(rule *Rule, pairs []read.Pair, more Template) {
		for _, pair := range pairs {
			text, known := parsed[pair.Value.Value]
			if !known {
				text = parseTemplate(pair.Value.Value)
				parsed[pair.Value.Value] = text
			}
			more.Rule, more.Name, more.Text, more.Nodes, more.failure = rule, pair.Name, pair.Value, text.nodes, text.failure
			all = append(all, more)
		}
	}
	var alerts []*Rule
	for i := range rules {
		if rules[i].Alert.Value != "" { // the labels of recording rules are no templates
			alerts = append(alerts, &rules[i])
		}
	}
	for i, rule := range alerts {
		if i == 0 || alerts[i-1].Group != rule.Group {
			add(rule, rule.Group.Labels, Template{IsLabel: true, Others: sameGroup(alerts[i+1:], rule.Group)}) // one finding is enough
		}
		add(rule, rule.Labels, Template{IsLabel: true})
		add(rule, rule.Annotations, Template{})
	}
	return all
}

// sameGroup are the first alerts of a list, as long as they are of a group.
func sameGroup(alerts []*Rule, group *read.RuleGroup) []*Rule {
	for i, alert := range alerts {
		if alert.Group != group {
			return alerts[:i]
		}
	}
	return alerts
}

// alerts are all that have the text.
func (t *Template) alerts() []*Rule { return append([]*Rule{t.Rule}, t.Others...) }

type parsedTemplate struct {
	nodes   []parse.Node
	failure error
}

// parseTemplate parses a text with the functions that Prometheus has. Places of its nodes count from the header's start.
func parseTemplate(text string) parsedTemplate {
	trees, err := parse.Parse("text", templateHeader+text, "", "", templateFunctions())
	if err != nil {
		return parsedTemplate{failure: err}
	}
	tree := trees["text"]
	if tree == nil || tree.Root == nil || len(tree.Root.Nodes) < headerActions {
		return parsedTemplate{}
	}
	return parsedTemplate{nodes: tree.Root.Nodes[headerActions:]}
}

// offset is where a node stands in the text.
func offset(node parse.Node) int { return int(node.Position()) - len(templateHeader) }

// templateFunctions are the names of Prometheus' functions and of those that package text/template has itself.
var templateFunctions = sync.OnceValue(func() map[string]any {
	registry := features.NewRegistry()
	template.RegisterFeatures(registry)
	names := map[string]any{}
	for name := range registry.Get()[features.TemplatingFunctions] {
		names[name] = true
	}
	for _, name := range []string{"and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println",
		"urlquery", "eq", "ge", "gt", "le", "lt", "ne"} {
		names[name] = true
	}
	return names
})

// suggestFunction is the function that a name was most likely meant to be.
func suggestFunction(name string) string {
	var names []string
	for known := range templateFunctions() {
		names = append(names, known)
	}
	return meant(name, names, "templates have no such function, and no arithmetic: calculate in the expression")
}
