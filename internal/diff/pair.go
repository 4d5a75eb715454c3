package diff

import (
	"cmp"
	"slices"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/ir"
)

// pair is one package for one environment on both sides.
type pair struct {
	where         string
	before, after *ir.Program // an empty Program where the package is on one side alone
	was, is       map[string]Proof
	changes       []Change
	// told are the signals whose own change is told: what follows from it is counted there.
	told map[string]bool
}

// pairsOf matches the outputs by their folders, which name the environment and the service. A package that stands alone is
// compared with the one that stands alone on the other side, whatever their names.
func pairsOf(base, head Side) []*pair {
	before := byName(base.Outputs, func(o generator.Output) string { return o.Folder })
	after := byName(head.Outputs, func(o generator.Output) string { return o.Folder })
	var pairs []*pair
	for _, folder := range joined(before, after) {
		p := &pair{
			where: folder, before: before[folder].Program, after: after[folder].Program,
			was: base.Proofs[folder], is: head.Proofs[folder], told: map[string]bool{},
		}
		if p.where == "" {
			p.where = cmp.Or(p.after, p.before).Name()
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// compare fills in the changes.
func (p *pair) compare() {
	switch {
	case p.before == nil:
		p.add(Change{Mark: Added, Kind: Package, Name: p.after.Name(), Text: "new" + inventory(p.after)})
		p.before = &ir.Program{Platform: p.after.Platform, Environment: p.after.Environment}
		p.alerts() // what else it has is new with it
		p.slos()
		return
	case p.after == nil:
		p.add(Change{Mark: Removed, Kind: Package, Name: p.before.Name(), Danger: len(p.before.Alerts) > 0, Text: "removed" + inventory(p.before)})
		p.after = &ir.Program{Platform: p.before.Platform, Environment: p.before.Environment}
		return // whatever it had is gone with it
	}
	p.settings()
	p.signals()
	p.metrics()
	p.alerts()
	p.slos()
	p.receivers()
	p.routes()
	p.recordings()
	p.dashboards()
}

func (p *pair) add(c Change) { p.changes = append(p.changes, c) }

// inventory counts what a package holds.
func inventory(p *ir.Program) string {
	alerts := len(slices.DeleteFunc(slices.Clone(p.Alerts), func(a *ir.Alert) bool { return a.SLO != nil }))
	holds := counts([]count{{alerts, "alert"}, {len(p.SLOs), "SLO"}, {len(p.Dashboards), "dashboard"}})
	if len(holds) == 0 {
		return ""
	}
	return ", with " + list(holds)
}
