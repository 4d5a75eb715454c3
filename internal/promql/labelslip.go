package promql

import (
	"slices"
	"strconv"
	"sync"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// targetLabels are what nearly every target has in a cluster.
var targetLabels = []string{"instance", "job", "namespace", "pod", "service", "container", "endpoint", "node", "cluster"}

// shortestLabel is how many letters a label needs for a slip of a finger.
const shortestLabel = 4

// labelNames are the labels of the table's metrics, made when somebody asks.
type labelNames struct {
	once sync.Once
	all  map[string]bool
}

// meantLabel is the label that a name is a typing error of: one that series have, or a usual one of targets where nothing has a
// label of that name. Empty where there is none.
func (t *Table) meantLabel(name string, set LabelSet) string {
	if _, listed := set.find(name); listed || usuallyAdded[name] || slices.Contains(t.Added, name) || isVariable(name) {
		return ""
	}
	for _, own := range set.Names() {
		if isSlip(name, own) {
			return own
		}
	}
	usual := misspeltTarget(name)
	if usual == "" || t.hasLabel(name) {
		return ""
	}
	return usual
}

// misspeltTarget is the usual label of targets that a name is a typing error of. The first letter is hardly ever wrong: inode is
// no node.
func misspeltTarget(name string) string {
	for _, usual := range targetLabels {
		if max(len(name), len(usual)) >= shortestLabel && name != "" && name[0] == usual[0] && isSlip(name, usual) {
			return usual
		}
	}
	return ""
}

// hasLabel reports whether some metric or recording rule of the table has a label.
func (t *Table) hasLabel(name string) bool {
	t.labelNames.once.Do(func() {
		t.labelNames.all = map[string]bool{}
		for _, m := range t.metrics {
			for _, l := range m.Labels {
				t.labelNames.all[l.Name] = true
			}
		}
	})
	if t.labelNames.all[name] {
		return true
	}
	for _, rules := range t.recorded {
		if slices.ContainsFunc(rules, func(rule recorded) bool {
			_, set := rule.labels[name]
			return set || slices.ContainsFunc(rule.result.Branches, func(set LabelSet) bool { _, listed := set.find(name); return listed })
		}) {
			return true
		}
	}
	return false
}

// MeantLabel is the label that a name is a typing error of, among those of an expression's series and those that targets usually
// have; false where the series may well have a label of that name.
func (t *Table) MeantLabel(result Type, name string) (string, bool) {
	meant := ""
	for _, set := range result.sets() {
		if meant = t.meantLabel(name, set); meant == "" {
			return "", false
		}
	}
	return meant, true
}

// checkGroupingSlip reports a label of by, or of on, that is a typing error of a usual one.
func (w *walk) checkGroupingSlip(node parser.Node, clause, name string, operands ...Type) bool {
	meant := ""
	for _, operand := range operands {
		for _, set := range operand.sets() {
			if meant = w.table.meantLabel(name, set); meant == "" || set.closed || set.scraped {
				return false
			}
		}
	}
	w.misspelt = append(w.misspelt, name)
	w.report(diag.Warning, codeUnknownLabel, node, clause+" names a label that nothing is known to have", "did you mean "+strconv.Quote(meant)+"?")
	return true
}
