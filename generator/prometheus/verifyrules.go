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

	"github.com/belfry-dev/belfry/internal/promql"
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
	templates map[string]bool // actions of templates that were parsed
}

func newRuleVerifier() *ruleVerifier { return &ruleVerifier{map[string]bool{}} }

// validity is a parser for those who ask for nothing but whether an expression is valid: it returns none.
type validity struct{ parser.Parser }

func (validity) ParseExpr(text string) (parser.Expr, error) { return nil, promql.Valid(text) }

// file verifies a rule file and returns the names of its groups.
func (v *ruleVerifier) file(data []byte) (names []string, err error) {
	var file rulefmt.RuleGroups
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return v.groups(file.Groups)
}

func (v *ruleVerifier) groups(groups []rulefmt.RuleGroup) (names []string, err error) {
	var problems []error
	seen := make(map[string]bool, len(groups))
	for _, group := range groups {
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
	if rule.Alert != "" {
		rule.Labels, rule.Annotations = v.unparsed(rule.Labels), v.unparsed(rule.Annotations)
	}
	for _, problem := range rule.Validate(rulefmt.RuleNode{}, model.UTF8Validation, validity{}) {
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

// unparsed keeps the texts that have actions of a template in them, unless the same ones were parsed before.
func (v *ruleVerifier) unparsed(texts map[string]string) map[string]string {
	var kept map[string]string
	for name, text := range texts {
		key := actions(text)
		if key == "" || v.templates[key] {
			continue
		}
		if kept == nil {
			kept = map[string]string{}
		}
		v.templates[key], kept[name] = true, text
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
