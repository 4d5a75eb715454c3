package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// dropRules are the steps of metricRelabelings, or of metric_relabel_configs, that drop metrics by their name alone.
type dropRules struct {
	steps []dropRule
	at    diag.Pos
}

type dropRule struct {
	names *labels.FastRegexMatcher
	keeps bool // the names are kept, and others dropped
}

// newDropRules reads the steps up to one behind which names may have changed.
func newDropRules(relabelings read.Value) dropRules {
	rules := dropRules{at: relabelings.Pos()}
	for _, step := range relabelings.Items() {
		action := strings.ToLower(firstText(step, "action").Value)
		if action != "drop" && action != "keep" {
			if firstText(step, "targetLabel", "target_label").Value == model.MetricNameLabel || strings.HasPrefix(action, "label") {
				break
			}
			continue
		}
		sources := slices.Concat(step.Field("sourceLabels").Items(), step.Field("source_labels").Items())
		if len(sources) != 1 || sources[0].Text().Value != model.MetricNameLabel {
			continue
		}
		if names, err := labels.NewFastRegexMatcher(firstText(step, "regex").Value); err == nil {
			rules.steps = append(rules.steps, dropRule{names, action == "keep"})
		}
	}
	return rules
}

// drop reports whether all series of a name are dropped for certain.
func (r dropRules) drop(name string) bool {
	return slices.ContainsFunc(r.steps, func(step dropRule) bool { return step.names.MatchString(name) != step.keeps })
}
