// Package ruletest generates unit tests of the rules for promtool. In comes the Program; out goes prometheus/rules_test.yaml. Each alert
// is tried half a percent either side of its threshold, over inputs that internal/witness makes: somebody who changes a threshold by one
// percent in the rules, or breaks an expression, fails `promtool test rules`.
package ruletest

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/witness"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// Path of the artifact. It names the rule file relative to itself.
const (
	Path      = "prometheus/rules_test.yaml"
	rulesFile = "rules.yaml"
)

// longest is how far back an alert may look to be tested from raw series: promtool evaluates every rule at every step. Of those that
// look back further, what they read of recording rules is given.
const longest = 2 * time.Hour

// usualStep is how often inputs have a sample and rules are evaluated in the tests.
const usualStep = 30 * time.Second

// trial is one state of an alert's inputs, and what it has to do.
type trial struct {
	alert *ir.Alert
	state witness.State
	texts []string // of the state's series
	fires bool
	lasts time.Duration
	about string // what is special, for the test's name
}

// Emit returns the tests of a Program's alerts. What can be neither solved nor evaluated in a bearable time is listed in a comment.
func Emit(p *ir.Program) ([]artifact.Artifact, error) {
	if len(p.Alerts) == 0 {
		return nil, nil
	}
	world, step := witness.NewWorld(p), stepOf(p)
	var trials []trial
	var left []string
	for _, a := range p.Alerts {
		found, reason := trialsOf(p, world, a, step)
		if reason != "" {
			left = append(left, a.Name+": "+reason)
		}
		trials = append(trials, found...)
	}
	for i := range trials {
		for _, input := range trials[i].state {
			trials[i].texts = append(trials[i].texts, seriesText(input.Series))
		}
	}
	tests := pack(trials, step)
	return []artifact.Artifact{{Path: Path, Kind: artifact.RuleTests, Data: write(p, tests, left, step), Source: tests}}, nil
}

// stepOf is the usual step, or a shorter one where an alert looks back so little that a range would hold too few samples.
func stepOf(p *ir.Program) time.Duration {
	const samples = 4 // in a range: a rate needs two of them
	step := usualStep
	for _, a := range p.Alerts {
		if isRaw(a) {
			step = min(step, shortestRange(a.Query.Expr)/samples)
		}
	}
	if step > time.Second {
		step = step.Truncate(time.Second)
	}
	return step
}

// shortestRange is how little any range of an expression looks back; more than anything where it has none.
func shortestRange(expr parser.Expr) time.Duration {
	shortest := time.Duration(math.MaxInt64)
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.MatrixSelector); ok {
			shortest = min(shortest, selector.Range)
		}
		return nil
	})
	return shortest
}

// isRaw reports whether an alert is tested from raw series.
func isRaw(a *ir.Alert) bool { return a.Query != nil && witness.Reach(a.Query.Expr) <= longest }

// trialsOf makes both sides of an alert's threshold. The reason says why there are none.
func trialsOf(p *ir.Program, world *witness.World, a *ir.Alert, step time.Duration) ([]trial, string) {
	if !isRaw(a) {
		return branches(a)
	}
	driver := world.Driver(a.Query.Expr)
	levels := witness.LevelsOf(p, a)
	lasts := driver.Settle() + a.For + 4*step
	var found []trial
	for _, one := range []struct {
		level float64
		fires bool
	}{{levels.Silent, false}, {levels.Near, true}} {
		state, _, err := witness.Toward(driver, one.level, a.Threshold.Value)
		if err != nil {
			return nil, err.Error()
		}
		if slices.ContainsFunc(state, func(input witness.Input) bool { return input.Histogram != nil }) {
			return nil, "the promtool of Prometheus 2.42 cannot read native histograms"
		}
		found = append(found, trial{alert: a, state: state, fires: one.fires, lasts: lasts})
	}
	return found, ""
}

// test is what promtool runs at once: trials that share no series.
type test struct {
	step   time.Duration
	fires  bool
	trials []trial
}

// pack puts trials together that do not disturb each other, so that promtool evaluates the rules less often. Those that last about as
// long go together.
func pack(trials []trial, step time.Duration) []test {
	var tests []test
	sorted := slices.Clone(trials)
	slices.SortStableFunc(sorted, func(a, b trial) int { return cmp.Compare(a.lasts/time.Hour, b.lasts/time.Hour) })
	for _, one := range sorted {
		at := slices.IndexFunc(tests, func(t test) bool { return t.fires == one.fires && t.takes(one) })
		if at < 0 {
			at = len(tests)
			tests = append(tests, test{step: step, fires: one.fires})
		}
		tests[at].trials = append(tests[at].trials, one)
	}
	return tests
}

func (t test) takes(one trial) bool {
	return !slices.ContainsFunc(t.trials, func(other trial) bool {
		return other.lasts/time.Hour != one.lasts/time.Hour || one.about != "" || other.about != "" || shares(other.state, one.state)
	})
}

// shares reports whether two states have series of one metric.
func shares(a, b witness.State) bool {
	return slices.ContainsFunc(a, func(x witness.Input) bool {
		return slices.ContainsFunc(b, func(y witness.Input) bool {
			return x.Series.Get(model.MetricNameLabel) == y.Series.Get(model.MetricNameLabel)
		})
	})
}

func (t test) lasts() time.Duration {
	longest := time.Duration(0)
	for _, one := range t.trials {
		longest = max(longest, one.lasts)
	}
	return longest.Truncate(t.step) + t.step
}

func write(p *ir.Program, tests []test, left []string, step time.Duration) []byte {
	inputs := 0
	for _, t := range tests {
		for _, one := range t.trials {
			inputs += len(one.state)
		}
	}
	const aboutLong = 256 // an input with its share of the rest
	b := append(make([]byte, 0, aboutLong*(inputs+1)), "# Code generated by belfry from the spec. DO NOT EDIT.\n# Unit tests of the rules of "+p.Name()+": promtool test rules rules_test.yaml\n"...)
	if len(left) > 0 {
		b = append(b, "# Not tested here:\n"...)
		for _, reason := range left {
			b = append(b, "#   "+reason+"\n"...)
		}
	}
	b = append(b, "rule_files: ["+rulesFile+"]\nevaluation_interval: "+model.Duration(step).String()+"\ntests:\n"...)
	for _, t := range tests {
		b = t.append(b)
	}
	if len(tests) == 0 {
		b = append(b[:len(b)-1], " []\n"...)
	}
	return b
}

// append writes one test: the inputs, and for each alert whether it fires at the end. The series ALERTS is asked, so that the texts of
// annotations, which print values, can be changed freely.
func (t test) append(b []byte) []byte {
	lasts := t.lasts()
	b = append(b, "  - name: "...)
	b = yamltext.AppendString(b, t.name())
	b = append(b, "\n    interval: "+model.Duration(t.step).String()+"\n    input_series:\n"...)
	for _, one := range t.trials {
		for i, input := range one.state {
			b = append(b, "      - series: "...)
			b = yamltext.AppendString(b, one.texts[i])
			b = append(b, "\n        values: "+values(input, int(lasts/t.step), t.step)+"\n"...)
		}
	}
	b = append(b, "    promql_expr_test:\n"...)
	for _, one := range t.trials {
		b = append(b, "      - expr: "...)
		b = yamltext.AppendString(b, alertExpr(one.alert))
		b = append(b, "\n        eval_time: "+model.Duration(lasts).String()+"\n        exp_samples:"...)
		if one.fires {
			b = append(b, "\n          - labels: "...)
			b = yamltext.AppendString(b, `{alertname="`+one.alert.Name+`"}`)
			b = append(b, "\n            value: 1\n"...)
		} else {
			b = append(b, " []\n"...)
		}
	}
	return b
}

// alertExpr has a result while the alert fires.
func alertExpr(a *ir.Alert) string {
	return `group by (alertname) (ALERTS{alertname="` + a.Name + `",alertstate="firing"})`
}

func (t test) name() string {
	name := "silent just under the threshold"
	if t.fires {
		name = "firing just past the threshold"
	}
	if about := t.trials[0].about; about != "" {
		return t.trials[0].alert.Name + " is " + name + " of " + about
	}
	if len(t.trials) == 1 {
		return t.trials[0].alert.Name + " is " + name
	}
	return name
}

// seriesText prints a series as people write it: the name, then the labels.
func seriesText(set labels.Labels) string {
	var text [256]byte // most fit
	b := append(text[:0], set.Get(model.MetricNameLabel)...)
	b = append(b, '{')
	empty := len(b)
	set.Range(func(l labels.Label) {
		if l.Name == model.MetricNameLabel {
			return
		}
		if len(b) > empty {
			b = append(b, ", "...)
		}
		if model.LegacyValidation.IsValidLabelName(l.Name) {
			b = append(b, l.Name...)
		} else {
			b = strconv.AppendQuote(b, l.Name)
		}
		b = append(b, '=')
		b = strconv.AppendQuote(b, l.Value)
	})
	return string(append(b, '}'))
}

// values prints an input in promtool's notation: start, growth a step, number of steps.
func values(input witness.Input, steps int, step time.Duration) string {
	if input.Counter {
		return "1+" + number(input.Level*step.Seconds()) + "x" + strconv.Itoa(steps)
	}
	if input.Clock { // promtool's tests begin at the time zero
		return number(input.Level) + "+" + number(step.Seconds()) + "x" + strconv.Itoa(steps)
	}
	return number(input.Level) + "+0x" + strconv.Itoa(steps)
}

// number prints twelve digits: far more than the margin needs, and none that arithmetic has made up.
func number(v float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 11, 64), 64)
	if err != nil {
		rounded = v // infinite, which no witness is
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
