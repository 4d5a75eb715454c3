// Package rulefile writes rule groups as Prometheus reads them. In come the groups of a Program, out goes the YAML list that
// stands under groups: in a rule file and under spec.groups: in a PrometheusRule alike.
package rulefile

import (
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// keepFiringFor is the Prometheus version that knows the field keep_firing_for (its changelog, 2.42.0). Older ones refuse the file.
var keepFiringFor = ir.Version{Major: 2, Minor: 42}

// Writer says for whom and where the groups are written.
type Writer struct {
	Prometheus ir.Version // the oldest Prometheus that must load the rules: newer fields are left out
	Indent     int        // spaces to the left of each group's dash
	// PartialResponse is Thanos' partial_response_strategy, or empty: no other ruler knows the field.
	PartialResponse string
}

// ResourceLimit is how many bytes of groups stand in one PrometheusRule. The operator turns each into one key of a ConfigMap
// and refuses more than half a megabyte (prometheus-operator, pkg/operator/rules.go, MaxConfigMapDataSize); the same text
// is YAML there, so that a little room for other indentation suffices.
const ResourceLimit = 450_000

// InResource writes the groups of a program where they stand in a PrometheusRule.
func InResource(p *ir.Program) Writer {
	return Writer{Prometheus: p.Platform.Versions.Prometheus, Indent: 4, PartialResponse: p.Platform.Prometheus.Ruler.PartialResponse}
}

// Exceeds returns how many bytes a group has that no PrometheusRule takes.
func (w Writer) Exceeds(group *ir.Group) (size int, exceeds bool) {
	if 2*estimate(group) <= ResourceLimit { // escapes take room too
		return 0, false
	}
	size = len(w.AppendGroup(nil, group))
	return size, size > ResourceLimit
}

// AppendGroups appends the groups as a block list. Each line ends with a line break.
func (w Writer) AppendGroups(b []byte, groups []*ir.Group) []byte {
	length := 0
	for _, group := range groups {
		length += estimate(group)
	}
	b = slices.Grow(b, length) // a long list would be copied many times while it grows
	for _, group := range groups {
		b = w.AppendGroup(b, group)
	}
	return b
}

// estimate is about how many bytes a group takes, rather too many than too few.
func estimate(group *ir.Group) int {
	const field = 20 // indentation, key and line break
	length := 4*field + len(group.Name)
	for i := range group.Rules {
		rule := &group.Rules[i]
		length += 4*field + len(rule.Record) + len(rule.Alert) + len(rule.Expr) + len(rule.Expr)/16 // a long one is several indented lines
		for _, entries := range []map[string]string{rule.Labels, rule.Annotations} {
			for name, text := range entries {
				length += field + len(name) + len(text)
			}
		}
	}
	return length
}

// AppendGroup appends one group.
func (w Writer) AppendGroup(b []byte, group *ir.Group) []byte {
	field := w.Indent + 2
	b = yamltext.AppendIndent(b, w.Indent)
	b = append(b, "- name: "...)
	b = yamltext.AppendString(b, group.Name)
	if group.Interval > 0 {
		b = appendDuration(b, field, "interval", group.Interval)
	}
	if w.PartialResponse != "" {
		b = appendKey(b, field, "partial_response_strategy")
		b = append(append(b, ' '), w.PartialResponse...)
	}
	if group.Limit > 0 {
		b = appendKey(b, field, "limit")
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(group.Limit), 10)
	}
	b = appendKey(b, field, "rules")
	if len(group.Rules) == 0 {
		b = append(b, " []"...)
	}
	b = append(b, '\n')
	for i := range group.Rules {
		b = w.appendRule(b, &group.Rules[i], field+2)
	}
	return b
}

func (w Writer) appendRule(b []byte, rule *ir.Rule, indent int) []byte {
	field := indent + 2
	b = yamltext.AppendIndent(b, indent)
	if rule.Record != "" {
		b = append(b, "- record: "...)
		b = yamltext.AppendString(b, rule.Record)
	} else {
		b = append(b, "- alert: "...)
		b = yamltext.AppendString(b, rule.Alert)
	}
	b = appendKey(b, field, "expr")
	b = append(b, ' ')
	b = yamltext.AppendText(b, rule.Expr, field)
	if rule.For > 0 {
		b = appendDuration(b, field, "for", rule.For)
	}
	if rule.KeepFiringFor > 0 && w.Prometheus.AtLeast(keepFiringFor.Major, keepFiringFor.Minor) {
		b = appendDuration(b, field, "keep_firing_for", rule.KeepFiringFor)
	}
	b = appendEntries(b, field, "labels", rule.Labels)
	b = appendEntries(b, field, "annotations", rule.Annotations)
	return append(b, '\n')
}

func appendEntries(b []byte, indent int, key string, entries map[string]string) []byte {
	if len(entries) == 0 {
		return b
	}
	b = appendKey(b, indent, key)
	return yamltext.AppendMap(b, entries, indent+2)
}

func appendDuration(b []byte, indent int, key string, d time.Duration) []byte {
	b = appendKey(b, indent, key)
	b = append(b, ' ')
	return append(b, model.Duration(d).String()...)
}

func appendKey(b []byte, indent int, key string) []byte {
	b = append(b, '\n')
	b = yamltext.AppendIndent(b, indent)
	b = append(b, key...)
	return append(b, ':')
}
