package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/diff"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/prove"
)

// compare compares what both sides could compile, and proves what may have changed.
func (f *diffFlags) compare(ctx context.Context, base, head *side) (*diff.Report, error) {
	uncompared := leaveOut(base, head)
	before := diff.Side{Name: base.name, Outputs: base.outputs}
	after := diff.Side{Name: head.name, Outputs: head.outputs}
	if !f.noProof {
		var err error
		if before.Proofs, err = proofs(ctx, before.Outputs, diff.Suspects(before.Outputs, after.Outputs)); err != nil {
			return nil, fmt.Errorf("%s: %w", base.name, err)
		}
		if after.Proofs, err = proofs(ctx, after.Outputs, diff.Suspects(after.Outputs, before.Outputs)); err != nil {
			return nil, fmt.Errorf("%s: %w", head.name, err)
		}
	}
	report := diff.Compare(before, after)
	report.Uncompared = uncompared
	return report, nil
}

// leaveOut takes packages out that are on one side alone while the other one is broken: nobody knows whether they came, went or do
// not compile.
func leaveOut(base, head *side) []diff.Uncompared {
	var left []diff.Uncompared
	for _, broken := range []*side{base, head} {
		other := base
		if broken == base {
			other = head
		}
		if !broken.broken() {
			continue
		}
		other.outputs = slices.DeleteFunc(other.outputs, func(o generator.Output) bool {
			missing := !slices.ContainsFunc(broken.outputs, func(b generator.Output) bool { return b.Folder == o.Folder })
			if missing {
				left = append(left, diff.Uncompared{Package: cmp.Or(o.Folder, o.Program.Name()), Side: broken.name})
			}
			return missing
		})
	}
	return left
}

// proofs proves the named alerts of each output, with the Alertmanager of its environment.
func proofs(ctx context.Context, outputs []generator.Output, names map[string][]string) (diff.Proofs, error) {
	known := diff.Proofs{}
	pipelines := map[string]*notify.Pipeline{}
	for _, o := range outputs {
		if config := find(o.Artifacts, alertmanager.ConfigPath); config != nil && pipelines[o.Program.Environment] == nil {
			pipeline, err := notify.New(config, notify.Options{})
			if err != nil {
				return nil, err
			}
			defer pipeline.Close() //nolint:errcheck // nothing is read from it any more
			pipelines[o.Program.Environment] = pipeline
		}
	}
	for _, o := range outputs {
		rules := find(o.Artifacts, prometheus.RulesPath)
		if rules == nil || len(names[o.Folder]) == 0 {
			continue
		}
		groups, err := prove.ReadGroups(rules, o.Program.Platform.Prometheus.EvaluationInterval)
		if err != nil {
			return nil, err
		}
		proven, err := prove.Prove(ctx, prove.Input{Program: o.Program, Groups: groups, Notify: pipelines[o.Program.Environment], Table: tableOf(o.Program)}, names[o.Folder]...)
		if err != nil {
			return nil, err
		}
		known[o.Folder] = map[string]diff.Proof{}
		for i := range proven {
			known[o.Folder][proven[i].Alert.Name] = outcome(&proven[i])
		}
	}
	return known, nil
}

func outcome(p *prove.Proof) diff.Proof {
	result := diff.Proof{Proven: p.Fires(), Reason: p.Reason, Receivers: p.Receivers()}
	if len(p.Incidents) > 0 {
		result.FiresAfter = p.Incidents[0].FiresAfter + p.Alert.Late
	}
	return result
}
