package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/promql"
)

// The part of promtool's format that is written here (prometheus, cmd/promtool/unittest.go).
type (
	testFile struct {
		RuleFiles          []string       `yaml:"rule_files"`
		EvaluationInterval model.Duration `yaml:"evaluation_interval"`
		Tests              []testGroup    `yaml:"tests"`
	}
	testGroup struct {
		Name        string         `yaml:"name"`
		Interval    model.Duration `yaml:"interval"`
		InputSeries []testSeries   `yaml:"input_series"`
		Exprs       []testExpr     `yaml:"promql_expr_test"`
	}
	testSeries struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	}
	testExpr struct {
		Expr     string         `yaml:"expr"`
		EvalTime model.Duration `yaml:"eval_time"`
		Samples  []testSample   `yaml:"exp_samples"`
	}
	testSample struct {
		Labels string  `yaml:"labels"`
		Value  float64 `yaml:"value"`
	}
)

// Verify checks what promtool would refuse: a series or an expression that its parsers do not take, a value that is no number. The tests are
// checked as they were before they became YAML, each series once, because reading all of it back would take longer than all else; tests of
// this package hold the two together. An error is a bug of Belfry.
func Verify(a artifact.Artifact) error {
	tests, ok := a.Source.([]test)
	if !ok {
		return verifyText(a)
	}
	seen := map[string]bool{}
	var problems []error
	check := func(text string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %s: %w", a.Path, text, err))
		}
	}
	for _, t := range tests {
		for _, one := range t.trials {
			if expr := alertExpr(one.alert); !seen[expr] {
				seen[expr] = true
				check(expr, promql.Valid(expr))
			}
			for i, input := range one.state {
				if math.IsNaN(input.Level) || math.IsInf(input.Level, 0) {
					check(input.Series.String(), fmt.Errorf("its value is %g", input.Level))
				}
				if text := one.texts[i]; !seen[text] {
					seen[text] = true
					check(text, promql.ValidSeries(text, values(input, 1, t.step)))
				}
			}
		}
	}
	return errors.Join(problems...)
}

// verifyText reads the tests as promtool does: strictly, each series by the parser of series, each expression by that of PromQL.
func verifyText(a artifact.Artifact) error {
	var file testFile
	decoder := yaml.NewDecoder(bytes.NewReader(a.Data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	p := parser.NewParser(parser.Options{})
	var problems []error
	for _, test := range file.Tests {
		for _, series := range test.InputSeries {
			if _, _, err := p.ParseSeriesDesc(series.Series + " " + series.Values); err != nil {
				problems = append(problems, fmt.Errorf("%s: %s: series %s: %w", a.Path, test.Name, series.Series, err))
			}
		}
		for _, one := range test.Exprs {
			if _, err := p.ParseExpr(one.Expr); err != nil {
				problems = append(problems, fmt.Errorf("%s: %s: %w", a.Path, test.Name, err))
			}
			for _, sample := range one.Samples {
				if _, err := p.ParseMetric(sample.Labels); err != nil {
					problems = append(problems, fmt.Errorf("%s: %s: %w", a.Path, test.Name, err))
				}
			}
		}
	}
	return errors.Join(problems...)
}
