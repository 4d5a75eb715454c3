package ruletest

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/artifact"
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

// Verify reads the tests as promtool does: strictly, each series by the parser of series, each expression by that of PromQL. An error is
// a bug of Belfry.
func Verify(a artifact.Artifact) error {
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
