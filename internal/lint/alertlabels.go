package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// usualLabels are names that targets, exporters and clusters give: alerts of others may have them.
var usualLabels = slices.Concat(ir.TargetLabels, clusterLabels, []string{"node", "host", "device", "code", "name", "mode", "team",
	"severity", "deployment", "statefulset", "daemonset", "job_name", "persistentvolumeclaim"})

// labelsOfAlerts are the labels that alerts have or may have, as far as they are known.
func labelsOfAlerts(alerts []*Alert) []string {
	known := map[string]bool{}
	for _, a := range alerts {
		known[model.AlertNameLabel] = true
		maps.Copy(known, present(a.labels))
		maps.Copy(known, present(a.world.external))
		if a.Analysis == nil {
			continue
		}
		for _, branch := range a.Analysis.Root.Branches {
			for _, label := range branch.All() {
				if label.Presence != promql.Never {
					known[label.Name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

func present(labels map[string]string) map[string]bool {
	names := make(map[string]bool, len(labels))
	for name := range labels {
		names[name] = true
	}
	return names
}

// misspelt reports that a label is most likely written wrongly: no alert is known to have it, and one that they have is close.
func (f *Files) misspelt(label string) (closest string, wrong bool) {
	if slices.Contains(f.alertLabels, label) || label == "..." || slices.Contains(usualLabels, label) {
		return "", false
	}
	closest, ok := diag.Closest(label, f.alertLabels)
	return closest, ok && !isSibling(label, closest)
}

// unlikely reports that no alert of the files has a value, although all values of the label are known, and that it is most likely
// a typing error: it is close to a value that an alert has, or no word that is used for severities.
func (f *Files) unlikely(label, value string) (help string, wrong bool) {
	var known []string
	for _, a := range f.Alerts {
		values := a.Values(label)
		if values == nil {
			return "", false
		}
		known = append(known, values...)
	}
	if len(known) == 0 || value == "" || slices.Contains(known, value) {
		return "", false
	}
	if closest, ok := diag.Closest(value, known); ok && closest != "" && !isSibling(value, closest) {
		return "did you mean " + closest + "?", true
	}
	if _, usual := ir.SeverityRank(value); label == "severity" && !usual {
		return "write one of those that alerts have: " + listed(distinct(known)), true
	}
	return "", false
}

// isSibling reports that two names differ in digits or in parts of one or two letters only, such as team-1 and team-2, or eu-west and
// us-west: both are meant.
func isSibling(a, b string) bool {
	first, second := nameParts(a), nameParts(b)
	if len(first) != len(second) {
		return false
	}
	for i := range first {
		if first[i] != second[i] && (len(first[i]) > 2 || len(second[i]) > 2) {
			return false
		}
	}
	return true
}

// nameParts are the parts of a name between hyphens and the like, without digits.
func nameParts(name string) []string {
	letters := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
	return strings.FieldsFunc(letters, func(r rune) bool { return strings.ContainsRune("-_./: ", r) })
}

func distinct(names []string) []string {
	sorted := slices.Sorted(slices.Values(names))
	return slices.DeleteFunc(slices.Compact(sorted), func(name string) bool { return name == "" })
}
