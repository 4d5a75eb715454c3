// Package mutation measures lint: mechanical mistakes are made at every place of the reference service's artifacts where
// they can be made, one at a time, and lint must find them there.
package mutation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// operators are all mistakes, in the order of the table that the test prints.
var operators = slices.Concat(selectorOperators, callOperators, operatorOperators, ruleOperators, panelOperators,
	boardOperators, routeOperators, kubernetesOperators)

// TestUnmutatedNothingIsReported is what the mutants' findings are measured against.
func TestUnmutatedNothingIsReported(t *testing.T) {
	for _, d := range load(t).lint(t, nil) {
		t.Error(d.Pos, d)
	}
}

// outcome is how one operator fared.
type outcome struct {
	sites, reported, equivalent int
	survivors                   []string
}

func TestMistakesAreReportedWhereTheyAre(t *testing.T) {
	c := load(t)
	outcomes := make([]outcome, len(operators))
	t.Run("all", func(t *testing.T) {
		for i, o := range operators {
			t.Run(o.name, func(t *testing.T) {
				t.Parallel()
				outcomes[i] = c.measure(t, o)
			})
		}
	})
	var table strings.Builder
	for i, o := range outcomes {
		fmt.Fprintf(&table, "%-40s %5d %5d %5d\n", operators[i].name, o.sites, o.reported, len(o.survivors))
		for _, s := range o.survivors {
			fmt.Fprintln(&table, "      ", s)
		}
	}
	t.Log("\n" + table.String())
}

// measure makes the mistakes of one operator, in a short run a tenth of them.
func (c *corpus) measure(t *testing.T, o operator) outcome {
	t.Helper()
	var result outcome
	for n, m := range o.sites(c) {
		if testing.Short() && n%10 != 0 {
			continue
		}
		changed := m.changed()
		list := c.lint(t, changed)
		result.sites++
		if _, found := m.reported(list, changed, o.codes); found {
			result.reported++
			continue
		}
		text := m.where()
		for _, d := range list {
			text += fmt.Sprintf("\n          [%s] %s %s", d.Code, d.Pos, d.Message)
		}
		result.survivors = append(result.survivors, text)
	}
	return result
}
