// Package mutation measures lint: mechanical mistakes are made at every place of the reference service's artifacts where
// they can be made, one at a time, and lint must find them there.
package mutation

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// operators are all mistakes, in the order of the table that the test prints.
var operators = slices.Concat(selectorOperators, callOperators, operatorOperators, ruleOperators, panelOperators,
	boardOperators, routeOperators, kubernetesOperators)

const (
	leastOperators = 25
	leastShare     = 0.95 // of the mistakes that do harm
)

// TestUnmutatedNothingIsReported is what the mutants' findings are measured against.
func TestUnmutatedNothingIsReported(t *testing.T) {
	for _, d := range load(t).lint(t, nil) {
		t.Error(d.Pos, d)
	}
}

// outcome is how one operator fared.
type outcome struct {
	reported  int
	unlisted  []string // survivors without a reason
	survivors int      // with one
	harmless  int      // that change nothing, or nothing that anybody could call wrong
}

// sites are those where the mistake does harm.
func (o outcome) sites() int { return o.reported + o.survivors + len(o.unlisted) }

func TestMistakesAreReportedWhereTheyAre(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // much is made for each mutant, and nothing is kept
	c := load(t)
	outcomes := make([]outcome, len(operators))
	t.Run("operators", func(t *testing.T) {
		for i, o := range operators {
			t.Run(o.name, func(t *testing.T) {
				t.Parallel()
				outcomes[i] = c.measure(t, o)
			})
		}
	})
	var table strings.Builder
	var all outcome
	fmt.Fprintf(&table, "%-42s %6s %9s %10s %9s\n", "mistake", "sites", "reported", "survivors", "harmless")
	row := func(name string, o outcome) {
		fmt.Fprintf(&table, "%-42s %6d %9d %10d %9d\n", name, o.sites(), o.reported, o.survivors+len(o.unlisted), o.harmless)
	}
	for i, o := range outcomes {
		row(operators[i].name, o)
		all.reported, all.survivors, all.harmless = all.reported+o.reported, all.survivors+o.survivors, all.harmless+o.harmless
		all.unlisted = append(all.unlisted, o.unlisted...)
	}
	row("all", all)
	share := float64(all.reported) / float64(all.sites())
	t.Logf("%.1f %% are reported\n%s", 100*share, table.String())
	if len(operators) < leastOperators {
		t.Errorf("only %d operators", len(operators))
	}
	if share < leastShare && !testing.Short() {
		t.Errorf("%.1f %% of the mistakes are reported, and at least %.0f %% must be", 100*share, 100*leastShare)
	}
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
		_, found := m.reported(list, changed, o.codes)
		listed := reasonFor(o, m)
		switch {
		case found && listed != nil:
			t.Errorf("%s is listed as a survivor, but reported", m.where())
		case found:
			result.reported++
		case listed == nil:
			text := m.where()
			for _, d := range list {
				text += fmt.Sprintf("\n    beside it %s [%s] %s", d.Pos, d.Code, d.Message)
			}
			t.Errorf("not reported: %s", text)
			result.unlisted = append(result.unlisted, text)
		case listed.harmless:
			result.harmless++
		default:
			result.survivors++
		}
	}
	return result
}
