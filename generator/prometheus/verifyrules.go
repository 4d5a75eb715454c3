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
// rulefmt.Parse itself reads the file twice, the second time for line numbers, and expands every label and annotation as a
// template, also those that are plain text: for the many rules of a fleet that took more time than everything else. A test
// holds the two together.
func verifyRules(data []byte) error {
	var file rulefmt.RuleGroups
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var problems []error
	seen := map[string]bool{}
	expressions := parser.NewParser(parser.Options{})
	for _, group := range file.Groups {
		if group.Name == "" || seen[group.Name] {
			problems = append(problems, fmt.Errorf("group %q has no name, or stands there twice", group.Name))
		}
		seen[group.Name] = true
		problems = append(problems, verifyLabels(group.Labels)...)
		for _, rule := range group.Rules {
			problems = append(problems, verifyRule(group.Name, rule, expressions))
		}
	}
	return errors.Join(problems...)
}

func verifyRule(group string, rule rulefmt.Rule, expressions parser.Parser) error {
	problems := verifyLabels(rule.Labels)
	for name := range rule.Annotations {
		if !model.UTF8Validation.IsValidLabelName(name) {
			problems = append(problems, fmt.Errorf("annotation %s cannot be set", name))
		}
	}
	if rule.Alert != "" {
		rule.Labels, rule.Annotations = templated(rule.Labels), templated(rule.Annotations)
	}
	for _, problem := range rule.Validate(rulefmt.RuleNode{}, model.UTF8Validation, expressions) {
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

// templated keeps the texts that have an action of a template in them.
func templated(texts map[string]string) map[string]string {
	kept := map[string]string{}
	for name, text := range texts {
		if strings.Contains(text, "{{") {
			kept[name] = text
		}
	}
	return kept
}
