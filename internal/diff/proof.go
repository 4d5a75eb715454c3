package diff

import (
	"fmt"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/ir"
)

// Proof is what was shown about an alert.
type Proof struct {
	Proven     bool
	Reason     string        // why it is not proven
	FiresAfter time.Duration // in the incident that it is proven by, at the latest
	Receivers  []string      // that are told, as Alertmanager's own code routes it
}

// Proofs are the proofs of a side: by folder of the output, then by alert.
type Proofs map[string]map[string]Proof

// Suspects names the alerts that a proof may have other results for than on the other side, by folder: those that are there alone,
// and those whose rule, recordings, metrics or receivers differ.
func Suspects(side, other []generator.Output) map[string][]string {
	suspects := map[string][]string{}
	others := byName(other, func(o generator.Output) string { return o.Folder })
	for _, o := range side {
		known := map[string]string{}
		if there := others[o.Folder].Program; there != nil {
			known = fingerprints(there)
		}
		for name, print := range fingerprints(o.Program) {
			if known[name] != print {
				suspects[o.Folder] = append(suspects[o.Folder], name)
			}
		}
		slices.Sort(suspects[o.Folder])
	}
	return suspects
}

// fingerprints are, by alert, everything that decides when it fires and who is told.
func fingerprints(p *ir.Program) map[string]string {
	records := map[string]string{}
	intervals := map[string]time.Duration{}
	for _, g := range p.Groups {
		for _, rule := range g.Rules {
			if rule.Record != "" {
				records[rule.Record] += fmt.Sprintln(rule.Expr, rule.Labels, g.Interval)
			} else {
				intervals[rule.Alert] = g.Interval
			}
		}
	}
	var scrape time.Duration
	if p.Service != nil {
		scrape = p.Service.Scrape.Interval
	}
	prints := map[string]string{}
	for _, a := range p.Alerts {
		text := fmt.Sprintln(a.Expr, a.For, a.KeepFor, a.Late, a.Labels, a.Receivers, intervals[a.Name], scrape, p.Platform.Prometheus.Ruler.Delay)
		for _, name := range selected(a.Condition) {
			text += records[name]
		}
		for _, m := range a.Signal.Metrics {
			text += fmt.Sprintln(m.Name, m.Type, m.Unit, m.Buckets, m.Replicas)
			for _, label := range m.Labels {
				text += fmt.Sprintln(label.Name, slices.Sorted(slices.Values(label.Values)), label.Max, label.Pattern)
			}
		}
		prints[a.Name] = text
	}
	return prints
}

// muchLater is by how much an alert may fire later before that is dangerous: less is lost in the evaluation of groups.
const muchLater = time.Minute

// proof says what became of the alert's proof.
func (p *pair) proof(f *facts, was, is *ir.Alert) {
	before, known := p.was[was.Name]
	now, too := p.is[is.Name]
	if !known || !too {
		return
	}
	switch {
	case before.Proven && !now.Proven:
		f.warn("now UNPROVEN: " + now.Reason)
	case !before.Proven && now.Proven:
		f.say("now proven, fires after " + duration(now.FiresAfter))
	case was.Threshold != is.Threshold: // the incidents are other ones: twice another threshold
	case now.Proven && is.Kind != ir.AlertBurn:
		f.times(before.FiresAfter, now.FiresAfter, "fires ")
	}
	gone, come := parts(before.Receivers, now.Receivers)
	unsaid := slices.Equal(was.Receivers, is.Receivers) && before.Proven && now.Proven
	switch {
	case !unsaid:
	case len(gone) > 0:
		f.warn("Alertmanager tells " + orNone(list(now.Receivers)) + " (was " + orNone(list(before.Receivers)) + ")")
	case len(come) > 0:
		f.say("Alertmanager tells " + list(come) + " too")
	}
}

// times says whether something happens later or earlier.
func (f *facts) times(before, now time.Duration, what string) {
	text := "after " + duration(before) + arrow + duration(now)
	switch {
	case now > before+muchLater:
		f.warn(what + "later: " + text)
	case now > before:
		f.say(what + "later: " + text)
	case now < before:
		f.say(what + "earlier: " + text)
	}
}
