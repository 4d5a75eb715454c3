// Package mutation measures lint: mechanical mistakes are made at every place of the reference service's artifacts where
// they can be made, one at a time, and lint must find them there.
package mutation

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// operators are all mistakes, in the order of the table that the test prints.
var operators = slices.Concat(selectorOperators, callOperators, operatorOperators)

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
	var guard sync.Mutex
	jobs := make(chan func())
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	for i, operator := range operators {
		for n, m := range operator.sites(c) {
			if testing.Short() && n%10 != 0 {
				continue
			}
			jobs <- func() {
				changed := m.changed()
				list := c.lint(t, changed)
				_, found := m.reported(list, changed, operator.codes)
				guard.Lock()
				defer guard.Unlock()
				outcomes[i].sites++
				if found {
					outcomes[i].reported++
					return
				}
				text := m.where()
				for _, d := range list {
					text += fmt.Sprintf("\n          [%s] %s %s", d.Code, d.Pos, d.Message)
				}
				outcomes[i].survivors = append(outcomes[i].survivors, text)
			}
		}
	}
	close(jobs)
	workers.Wait()
	var table strings.Builder
	for i, o := range outcomes {
		fmt.Fprintf(&table, "%-40s %5d %5d %5d\n", operators[i].name, o.sites, o.reported, len(o.survivors))
		slices.Sort(o.survivors)
		for _, s := range o.survivors {
			fmt.Fprintln(&table, "      ", s)
		}
	}
	t.Log("\n" + table.String())
}
