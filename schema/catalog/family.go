package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// The words of the tables.
const (
	counter = "counter"
	gauge   = "gauge"
	info    = "info"

	add  = "add"
	same = "same"
	mean = "mean"

	chart = "kube-prometheus-stack" // its values.yaml: kubelet.serviceMonitor.cAdvisorMetricRelabelings
)

// family is a run of metrics about one thing. What they share is said once, so that each metric is one line.
type family struct {
	of      string   // what the metrics are about, for readers of the table
	labels  string   // labels of all metrics, written as in row
	scope   []string // as in Entry
	selects string   // as Select in Entry
	needs   string   // as in Entry, where the row says nothing else
	more    string   // as MoreLabels in Entry, where the row says nothing else
	rows    []row
}

// row is one metric. Labels are names between spaces, each with its closed set of values where there is one: "cpu mode=idle|user".
type row struct {
	name, kind, unit, replicas, labels, help string
	unitWhen                                 []UnitCase
	timestamp, boolean                       bool
	droppedBy, useInstead, reason            string
	needs, more, since                       string
}

// expand turns the families of a table into entries.
func expand(families []family) []Entry {
	n := 0
	for _, f := range families {
		n += len(f.rows)
	}
	entries := make([]Entry, 0, n)
	for _, f := range families {
		shared := parseLabels(f.labels)
		for _, r := range f.rows {
			entries = append(entries, r.entry(f, shared))
		}
	}
	return entries
}

func (r row) entry(f family, shared []Label) Entry {
	entry := Entry{
		Name: r.name, Type: r.kind, Unit: r.unit, UnitWhen: r.unitWhen, Timestamp: r.timestamp, Boolean: r.boolean,
		Help: r.help, Labels: shared, MoreLabels: cmp.Or(r.more, f.more), Replicas: r.replicas, Select: f.selects,
		Scope: f.scope, UseInstead: r.useInstead, Reason: r.reason, Needs: cmp.Or(r.needs, f.needs), Since: r.since,
	}
	if r.labels != "" {
		entry.Labels = slices.Concat(shared, parseLabels(r.labels))
		slices.SortFunc(entry.Labels, func(a, b Label) int { return cmp.Compare(a.Name, b.Name) })
	}
	if r.droppedBy != "" {
		entry.DroppedBy = []string{r.droppedBy}
	}
	return entry
}

func parseLabels(list string) []Label {
	var labels []Label
	for word := range strings.FieldsSeq(list) {
		name, values, closed := strings.Cut(word, "=")
		label := Label{Name: name}
		if closed {
			label.Values = strings.Split(values, "|")
		}
		labels = append(labels, label)
	}
	return labels
}
