package lint

import (
	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

// inhibition is an inhibit rule with its matchers compiled.
type inhibition struct {
	*read.Inhibition
	source, target amlabels.Matchers
}

// inhibitions are the inhibit rules of a configuration; false where a matcher is broken, so that nothing is certain.
func inhibitions(config *read.Alertmanager) ([]inhibition, bool) {
	var rules []inhibition
	for i := range config.Inhibitions {
		written := &config.Inhibitions[i]
		source, brokenSource := compileMatchers(written.Source)
		target, brokenTarget := compileMatchers(written.Target)
		if len(brokenSource)+len(brokenTarget) > 0 {
			return nil, false
		}
		rules = append(rules, inhibition{written, source, target})
	}
	return rules, true
}

// mutes says whether a firing source mutes a target, as inhibit.Inhibitor does: both sides match, every label of equal has one
// value or is missing on both, and the source does not match the target's side where the target matches the source's.
func (i *inhibition) mutes(source, target *Alert) certainty {
	result := min(decide(i.source, source), decide(i.target, target))
	for _, label := range i.Equal {
		result = min(result, matching.Equal(source.Values(label.Value), target.Values(label.Value)))
	}
	if both := min(decide(i.source, target), decide(i.target, source)); both != no {
		result = min(result, yes-both)
	}
	return result
}
