package prometheus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

// verifyRules holds a rule file against what rulefmt.Parse asks for, by rulefmt's own types and its check of single rules.
// rulefmt.Parse itself reads the file twice, the second time for line numbers, and parses every label and annotation as a
// template, also plain text, and every expression, also what differs from one before in plain text alone: for the many
// rules of a fleet that took more time than everything else. Tests hold the two together.
func verifyRules(data []byte) error {
	if verifyParts(data, partSize) {
		return nil
	}
	_, err := newRuleVerifier().file(data)
	return err
}

// ruleVerifier verifies rules, and remembers what it has parsed.
type ruleVerifier struct {
	expressions parser.Parser
	parsed      map[string]bool // actions of templates, and shapes of expressions, that were parsed without a mistake or reported
}

func newRuleVerifier() *ruleVerifier {
	return &ruleVerifier{expressions: parser.NewParser(parser.Options{}), parsed: map[string]bool{}}
}

// file verifies a rule file and returns the names of its groups.
func (v *ruleVerifier) file(data []byte) (names []string, err error) {
	var file rulefmt.RuleGroups
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var problems []error
	seen := make(map[string]bool, len(file.Groups))
	for _, group := range file.Groups {
		if group.Name == "" || seen[group.Name] {
			problems = append(problems, fmt.Errorf("group %q has no name, or stands there twice", group.Name))
		}
		seen[group.Name] = true
		names = append(names, group.Name)
		problems = append(problems, verifyLabels(group.Labels)...)
		for _, rule := range group.Rules {
			problems = append(problems, v.rule(group.Name, rule))
		}
	}
	return names, errors.Join(problems...)
}

func (v *ruleVerifier) rule(group string, rule rulefmt.Rule) error {
	problems := verifyLabels(rule.Labels)
	for name := range rule.Annotations {
		if !model.UTF8Validation.IsValidLabelName(name) {
			problems = append(problems, fmt.Errorf("annotation %s cannot be set", name))
		}
	}
	rule.Expr = v.expression(rule.Expr)
	if rule.Alert != "" {
		rule.Labels, rule.Annotations = v.templates(rule.Labels), v.templates(rule.Annotations)
	}
	for _, problem := range rule.Validate(rulefmt.RuleNode{}, model.UTF8Validation, v.expressions) {
		problems = append(problems, problem.Unwrap())
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("group %s: rule %s%s: %w", group, rule.Record, rule.Alert, errors.Join(problems...))
}

func verifyLabels(labels map[string]string) (problems []error) {
	for name, value := range labels {
		if !model.UTF8Validation.IsValidLabelName(name) || name == model.MetricNameLabel || !model.LabelValue(value).IsValid() {
			problems = append(problems, fmt.Errorf("label %s=%q cannot be set", name, value))
		}
	}
	return problems
}

// expression is what has to be parsed of an expression: any that is valid, where one of the same shape was parsed before.
func (v *ruleVerifier) expression(text string) string {
	shape := shapeOf(text)
	if shape == "" || !v.parsed[shape] {
		v.parsed[shape] = true
		return text
	}
	return "1"
}

// templates keeps the texts that have actions of a template in them, unless the same ones were parsed before.
func (v *ruleVerifier) templates(texts map[string]string) map[string]string {
	var kept map[string]string
	for name, text := range texts {
		key := actions(text)
		if key == "" || v.parsed[key] {
			continue
		}
		if kept == nil {
			kept = map[string]string{}
		}
		v.parsed[key], kept[name] = true, text
	}
	return kept
}

// actions is what a template has besides plain text, which always parses: the actions in their order. It is the whole text
// where an action holds a string or a comment, in which its end could stand.
func actions(text string) string {
	rest := text
	var all strings.Builder
	for {
		_, opened, found := strings.Cut(rest, "{{")
		if !found {
			return all.String()
		}
		action, after, closed := strings.Cut(opened, "}}")
		if !closed || strings.ContainsAny(action, "\"'`/") {
			return text
		}
		all.WriteString("{{" + action + "}}")
		rest = after
	}
}

// shapeOf is an expression without the values of its equality matchers, on which it does not depend whether the expression
// is valid: unless they are empty, or a metric's name. It is the whole text where a string might not end at the next quote.
func shapeOf(text string) string {
	if strings.ContainsAny(text, "'`\\#") || strings.Contains(text, model.MetricNameLabel) {
		return text
	}
	var shape strings.Builder
	rest := text
	for {
		before, quoted, found := strings.Cut(rest, `"`)
		value, after, closed := strings.Cut(quoted, `"`)
		if !found || !closed {
			shape.WriteString(rest)
			return shape.String()
		}
		if strings.HasSuffix(before, "=") && !strings.HasSuffix(before, "==") && plain(value) {
			value = "v"
		}
		shape.WriteString(before)
		shape.WriteByte('"')
		shape.WriteString(value)
		shape.WriteByte('"')
		rest = after
	}
}

// plain reports whether a value is some printable ASCII.
func plain(value string) bool {
	return value != "" && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
