package read

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
)

// family is what is known of one TYPE line's name so far.
type family struct {
	name, help, unit string
	kind             model.MetricType
	sample           string // the name of its series, for types with one
	line             int
	series           int
	labels           map[string]*seen
	each             []map[string]string // labels of the series, while they are few
	buckets          map[float64]bool
	quantiles        map[float64]bool
}

// seen is what was seen of one label.
type seen struct {
	series int
	values map[string]bool
}

func (e *exposition) family(name string) *family {
	found := e.families[name]
	if found == nil {
		found = &family{name: name, kind: model.MetricTypeUnknown, line: e.number, labels: map[string]*seen{},
			buckets: map[float64]bool{}, quantiles: map[float64]bool{}}
		e.families[name] = found
	}
	return found
}

// partNames are the endings of series whose family has another name, by type (OpenMetrics 1.0, section 4.5).
var partNames = map[model.MetricType][]string{
	model.MetricTypeHistogram:      {"_bucket", "_count", "_sum", "_created"},
	model.MetricTypeGaugeHistogram: {"_bucket", "_gcount", "_gsum"},
	model.MetricTypeSummary:        {"_count", "_sum", "_created"},
	model.MetricTypeCounter:        {"_total", "_created"},
	model.MetricTypeInfo:           {"_info"},
}

// of finds the family of a series, and the ending that the family's name lacks.
func (e *exposition) of(name string) (*family, string) {
	if found := e.families[name]; found != nil && (found.kind != model.MetricTypeCounter || !e.isOpenMetrics()) {
		return found, ""
	}
	if cut := strings.LastIndexByte(name, '_'); cut > 0 {
		found, ending := e.families[name[:cut]], name[cut:]
		if found != nil && slices.Contains(partNames[found.kind], ending) {
			return found, ending
		}
	}
	return e.family(name), ""
}

// series counts one sample.
func (e *exposition) series(name string, set []*dto.LabelPair) {
	f, ending := e.of(name)
	inside := ""
	switch {
	case ending == "_bucket":
		inside = model.BucketLabel
		bound, err := strconv.ParseFloat(valueOf(set, inside), 64)
		if err != nil || !math.IsInf(bound, 1) {
			if err == nil {
				f.buckets[bound] = true
			}
			return
		}
	case f.kind == model.MetricTypeSummary && ending == "":
		if quantile, err := strconv.ParseFloat(valueOf(set, model.QuantileLabel), 64); err == nil {
			f.quantiles[quantile] = true
		}
		return
	case ending == "_sum", ending == "_created", ending == "_gsum", ending == "_gcount":
		return
	case ending == "_count" && f.kind == model.MetricTypeHistogram:
		return
	case ending == "_total", ending == "_info":
		f.sample = f.name + ending
	}
	f.series++
	own := map[string]string{}
	for _, l := range set {
		if l.GetName() != inside {
			f.label(l.GetName(), l.GetValue())
			own[l.GetName()] = l.GetValue()
		}
	}
	if f.series <= maxSeries {
		f.each = append(f.each, own)
	}
}

func valueOf(set []*dto.LabelPair, name string) string {
	for _, l := range set {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

func (f *family) label(name, value string) {
	found := f.labels[name]
	if found == nil {
		found = &seen{values: map[string]bool{}}
		f.labels[name] = found
	}
	found.series++
	if len(found.values) < MaxDistinct {
		found.values[value] = true
	}
}

// few are the labels of every series, where they are not too many.
func (f *family) few() []map[string]string {
	if f.series > maxSeries {
		return nil
	}
	return f.each
}

func (e *exposition) metrics() []Metric {
	var metrics []Metric
	for _, name := range sortedKeys(e.families) {
		f := e.families[name]
		m := Metric{Name: f.name, Type: f.kind, Help: f.help, Unit: f.unit, Series: f.series, Buckets: sortedKeys(f.buckets),
			Each: f.few(), Quantiles: sortedKeys(f.quantiles), Pos: diag.Pos{File: e.name, Line: f.line, Col: 1}}
		switch {
		case f.sample != "":
			m.Name = f.sample
		case e.isOpenMetrics() && f.kind == model.MetricTypeCounter: // no series yet
			m.Name += "_total"
		case e.isOpenMetrics() && f.kind == model.MetricTypeInfo:
			m.Name += "_info"
		}
		for _, label := range sortedKeys(f.labels) {
			one := f.labels[label]
			read := MetricLabel{Name: label, Series: one.series, Distinct: len(one.values)}
			if read.Distinct <= maxValues {
				read.Values = sortedKeys(one.values)
			}
			m.Labels = append(m.Labels, read)
		}
		metrics = append(metrics, m)
	}
	slices.SortStableFunc(metrics, func(a, b Metric) int { return cmp.Compare(a.Name, b.Name) })
	return metrics
}
