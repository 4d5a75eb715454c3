package promql

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// near finds names that are one slip of a finger away from another. It is made when the first unknown name turns up.
type near struct {
	once     sync.Once
	byLength map[int][]string
}

// shortest is the length from which on two names that differ in one letter are hardly both meant.
const shortest = 8

// meant is the one name of the table that a name is one letter away from, or lacks a usual suffix of; empty where there is
// none. Names that differ in a digit are different names: rate1h and rate6h.
func (t *Table) meant(name string) string {
	if len(name) < shortest && name != strings.ToUpper(name) { // only Prometheus' own are in capitals: ALERTS
		return ""
	}
	if !strings.Contains(name, ":") {
		for _, suffix := range []string{"_total", "_bucket", "_info"} {
			if t.stores(name + suffix) {
				return name + suffix
			}
		}
	}
	t.near.once.Do(func() {
		t.near.byLength = map[int][]string{}
		for _, known := range t.names() {
			t.near.byLength[len(known)] = append(t.near.byLength[len(known)], known)
		}
	})
	for length := len(name) - 1; length <= len(name)+1; length++ {
		for _, known := range t.near.byLength[length] {
			if isSlip(name, known) {
				return known
			}
		}
	}
	return ""
}

// isSlip reports a typing error that makes no plural: both of such words may be meant.
func isSlip(a, b string) bool { return a+"s" != b && b+"s" != a && diag.IsSlip(a, b) }

// checkSlip reports a name that nothing is known of beside one that it is hardly different from. Another file may know it,
// so that it is a warning.
func (w *walk) checkSlip(e *parser.VectorSelector, name string) {
	if isVariable(name) {
		return
	}
	if known := w.table.meant(name); known != "" {
		w.report(diag.Warning, codeUnknownMetric, e, "nothing is known of "+name, "did you mean "+strconv.Quote(known)+"?")
	}
}

// checkLabelSlip reports a matcher's label that a metric is not known to have, beside one that it has.
func (w *walk) checkLabelSlip(e *parser.VectorSelector, set LabelSet) {
	if set.closed || set.scraped {
		return
	}
	for _, m := range e.LabelMatchers {
		if m.Name == model.MetricNameLabel || slices.ContainsFunc(set.labels, func(l Label) bool { return l.Name == m.Name }) {
			continue
		}
		if name := w.table.meantLabel(m.Name, set); name != "" {
			w.report(diag.Warning, codeUnknownLabel, e, excerptName(e)+" is not known to have a label "+m.Name, "did you mean "+strconv.Quote(name)+"?")
		}
	}
}

// checkRecorded reports a matcher that refuses what every rule of the name sets. Another file may hold one more such rule,
// so that it is a warning.
func (w *walk) checkRecorded(e *parser.VectorSelector, name string, rules []recorded) {
	for _, m := range e.LabelMatchers {
		if !tells(m) || w.table.claims(name) {
			continue
		}
		var values []string
		for _, rule := range rules {
			value, sets := rule.labels[m.Name]
			if !sets || m.Matches(value) {
				values = nil
				break
			}
			values = append(values, value)
		}
		if len(values) > 0 {
			slices.Sort(values)
			values = slices.Compact(values)
			w.report(diag.Warning, codeLabelValue, e, m.String()+" selects nothing of what is recorded as "+name, didYouMean(m.Value, values),
				"the rules set "+m.Name+" to "+list(values))
			return
		}
	}
}
