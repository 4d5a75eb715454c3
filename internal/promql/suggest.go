package promql

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// suffixes are what stored names have behind the name that people remember.
var suffixes = []string{"_total", "_info", "_bucket", "_count", "_sum", "_seconds", "_bytes", "_seconds_total", "_bytes_total", "_ratio"}

// checkName reports a name that no metric of the table has, as far as the table can tell that there is none.
func (w *walk) checkName(e *parser.VectorSelector, name string) {
	if name == "" || isVariable(name) || w.table.isCreated(name) {
		return
	}
	_, inCode := w.table.inCode(name)
	seen := startsWithAny(name, w.table.Seen)
	severity, lazily := diag.Error, ""
	switch {
	case w.table.claims(name), seen && (inCode != nil || w.table.misspells(name)):
	case inCode != nil:
		severity = diag.Warning // another program may have a metric of that name
	case seen:
		severity, lazily = diag.Warning, "its exposition does not have it; some metrics are there only after something has happened"
	default:
		return
	}
	help, because := w.table.related(name)
	switch {
	case help != "":
	case lazily != "":
		help = "mend the name, or give an exposition that has it"
	default:
		help = w.table.suggest(name)
	}
	w.report(severity, codeUnknownMetric, e, "there is no metric "+name, help, notes(because, lazily)...)
}

// reportBareHistogram reports the name of a classic histogram, under which no series is stored, unless the exporter is one
// of others and native histograms are scraped.
func (w *walk) reportBareHistogram(e *parser.VectorSelector, m *Metric) {
	severity := diag.Warning
	if m.Closed {
		severity = diag.Error
	}
	w.report(severity, codeUnknownMetric, e, "there are no series "+m.Name+": it is a classic histogram",
		"its series are "+m.Name+"_bucket, "+m.Name+"_count and "+m.Name+"_sum")
}

// related finds a name that has an ending more or less, and the rule of the client library that explains it.
func (t *Table) related(name string) (help, because string) {
	if stored, m := t.inCode(name); m != nil {
		return "write " + stored, m.Client.rule()
	}
	for _, suffix := range suffixes {
		if t.stores(name + suffix) {
			return "write " + name + suffix, t.ruleOf(name + suffix)
		}
		if base, ok := strings.CutSuffix(name, suffix); ok && t.stores(base) {
			return "write " + base, t.ruleOf(base)
		}
	}
	return "", ""
}

// suggest finds the name that was meant.
func (t *Table) suggest(name string) string {
	if best, ok := diag.Closest(name, t.names()); ok {
		return "did you mean " + strconv.Quote(best) + "?"
	}
	return "declare the metric, or mend the name"
}

// isCreated reports whether a name is that of the time at which a series was made, which some clients expose beside counters,
// histograms and summaries (OpenMetrics 1.0, section 5.1.4).
func (t *Table) isCreated(name string) bool {
	base, ok := strings.CutSuffix(name, "_created")
	return ok && (t.metrics[base] != nil || t.metrics[base+"_total"] != nil)
}

// ruleOf is the rule that made the stored name of a metric; empty for recordings and where nobody knows.
func (t *Table) ruleOf(name string) string {
	if m, _ := t.lookup(name); m != nil {
		return m.Client.rule()
	}
	return ""
}

// stores reports whether there are series of that name.
func (t *Table) stores(name string) bool {
	if _, ok := t.recorded[name]; ok {
		return true
	}
	m, p := t.lookup(name)
	return m != nil && p != partNone
}

// names are all names of series.
func (t *Table) names() []string {
	t.metricNames.once.Do(func() {
		for name, m := range t.metrics {
			if m.Type == HistogramMetric && m.Classic {
				for _, p := range parts {
					t.metricNames.all = append(t.metricNames.all, name+p.suffix)
				}
				if !m.Native {
					continue
				}
			}
			t.metricNames.all = append(t.metricNames.all, name)
		}
	})
	if len(t.recorded) == 0 {
		return t.metricNames.all
	}
	return slices.AppendSeq(slices.Clone(t.metricNames.all), maps.Keys(t.recorded))
}

// checkBound reports a matcher on le that none of the histogram's bounds fulfils. Prometheus 2 stores 5 as it was exposed,
// "5" by Go clients and "5.0" by Python's, and Prometheus 3 always "5.0".
func (w *walk) checkBound(e *parser.VectorSelector, m *Metric) {
	if len(m.Buckets) == 0 {
		return
	}
	bounds := []string{"+Inf"}
	for _, b := range m.Buckets {
		text := strconv.FormatFloat(b, 'g', -1, 64)
		bounds = append(bounds, text, strconv.FormatFloat(b, 'f', -1, 64))
		if !strings.ContainsAny(text, ".e") {
			bounds = append(bounds, text+".0")
		}
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Name != model.BucketLabel || isVariable(matcher.Value) || matcher.Matches("") {
			continue
		}
		if !slices.ContainsFunc(bounds, matcher.Matches) {
			w.report(diag.Error, codeLabelValue, e, matcher.String()+" selects nothing: no bucket of "+m.Name+" ends there",
				"write one of the bounds", "the buckets end at "+listBounds(m.Buckets)+" and +Inf")
		}
	}
}

func listBounds(bounds []float64) string {
	texts := make([]string, len(bounds))
	for i, b := range bounds {
		texts[i] = figure(b)
	}
	return strings.Join(texts, ", ")
}
