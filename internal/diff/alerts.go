package diff

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/ir"
)

func alertName(a *ir.Alert) string { return a.Name }

// alerts compares the alerts. Those that SLOs make come and go with their SLO, and are told only for what is their own.
func (p *pair) alerts() {
	before, after := byName(p.before.Alerts, alertName), byName(p.after.Alerts, alertName)
	renamed := p.renamedAlerts(before, after)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case was == nil && is.SLO != nil && !hasSLO(p.before, is.SLO.Name), is == nil && was.SLO != nil && !hasSLO(p.after, was.SLO.Name):
		case is == nil && renamed[was] != nil:
		case is == nil:
			p.add(Change{Mark: Removed, Kind: Alert, Name: name, Danger: true, Text: "removed: " + describe(was, nil), Details: lines("- ", was.Expr)})
		case was == nil && renamed[is] != nil:
			p.alert(renamed[is], is)
		case was == nil:
			p.addedAlert(is)
		default:
			p.alert(was, is)
		}
	}
}

func hasSLO(p *ir.Program, name string) bool {
	return slices.ContainsFunc(p.SLOs, func(s *ir.SLO) bool { return s.Name == name })
}

// renamedAlerts pairs alerts that went with alerts that came on the same query and bound, both ways.
func (p *pair) renamedAlerts(before, after map[string]*ir.Alert) map[*ir.Alert]*ir.Alert {
	renamed := map[*ir.Alert]*ir.Alert{}
	for _, is := range p.after.Alerts {
		if before[is.Name] != nil || is.Query == nil {
			continue
		}
		for _, was := range p.before.Alerts {
			same := was.Query != nil && after[was.Name] == nil && renamed[was] == nil && was.Query.Key == is.Query.Key &&
				was.Query.Text == is.Query.Text && was.Severity == is.Severity && was.Threshold.Value == is.Threshold.Value && was.Threshold.Above == is.Threshold.Above
			if same {
				renamed[was], renamed[is] = is, was
				break
			}
		}
	}
	return renamed
}

func (p *pair) addedAlert(is *ir.Alert) {
	proof, proven := p.is[is.Name]
	danger := len(is.Receivers) == 0 || proven && !proof.Proven
	var of *Proof
	if proven {
		of = &proof
	}
	text := describe(is, of)
	if muted := p.mutedBy(is); len(muted) > 0 {
		text += "; mutes " + some(muted) + " while it fires"
	}
	p.add(Change{Mark: Added, Kind: Alert, Name: is.Name, Danger: danger, Text: text, Details: lines("+ ", is.Expr)})
}

// mutedBy are the alerts on the same indicator that were there before and are milder than one that is new.
func (p *pair) mutedBy(is *ir.Alert) []string {
	rank, known := ir.SeverityRank(is.Severity)
	if !known || is.SLO != nil {
		return nil
	}
	var muted []string
	for _, other := range p.after.Alerts {
		milder, known := ir.SeverityRank(other.Severity)
		there := slices.ContainsFunc(p.before.Alerts, func(a *ir.Alert) bool { return a.Name == other.Name })
		if there && known && milder > rank && other.Labels["signal"] == is.Labels["signal"] {
			muted = append(muted, other.Name)
		}
	}
	return muted
}

// describe tells an alert in one line: what it watches, when it fires, whom it reaches, and what was proven of it.
func describe(a *ir.Alert, proof *Proof) string {
	text := condition(a)
	if a.For > 0 {
		text += " for " + duration(a.For)
	}
	text += ", " + a.Severity + " " + reaches(a.Receivers)
	switch {
	case proof == nil:
	case proof.Proven:
		text += ", proven, fires after " + duration(proof.FiresAfter)
	default:
		text += ", UNPROVEN: " + proof.Reason
	}
	return text
}

// condition is when an alert fires, in words.
func condition(a *ir.Alert) string {
	switch a.Kind {
	case ir.AlertBurn:
		return "budget of " + a.SLO.Title + " burns too fast"
	case ir.AlertNoData:
		return a.SLO.Title + " has no data"
	case ir.AlertTraffic:
		return a.SLO.Title + " has too few events"
	}
	return a.Query.Title + " " + bound(a.Query, a.Threshold)
}

// alert compares one alert with what it was.
func (p *pair) alert(was, is *ir.Alert) {
	f := &facts{}
	if was.Name != is.Name {
		f.say("renamed from " + was.Name + ": silences and links that name it no longer apply")
	}
	switch {
	case was.Kind != is.Kind:
		f.warn("watches something else: " + condition(was) + arrow + condition(is))
	case is.Kind == ir.AlertThreshold:
		f.threshold(was, is)
		p.query(f, was.Query, is.Query)
	case is.Kind == ir.AlertTraffic:
		f.traffic(was, is)
	}
	f.wait(was, is)
	f.severity(was, is)
	f.receivers(p, was, is)
	p.proof(f, was, is)
	f.labels(was, is)
	if len(f.said) == 0 {
		if !p.told[is.Signal.Name] {
			p.alertTexts(was, is)
		}
		return
	}
	if was.Expr != is.Expr {
		f.details = append(f.details, beforeAfter(was.Expr, is.Expr)...)
	}
	p.add(f.change(Alert, is.Name))
}

// alertTexts tells of what only people read.
func (p *pair) alertTexts(was, is *ir.Alert) {
	var changed, details []string
	for _, text := range []struct{ name, was, is string }{
		{"summary", was.Summary, is.Summary}, {"description", was.Description, is.Description},
		{"note", was.Note, is.Note}, {"runbook", was.RunbookURL, is.RunbookURL},
	} {
		if text.was != text.is {
			changed = append(changed, text.name)
			details = append(details, beforeAfter(text.was, text.is)...)
		}
	}
	if len(changed) > 0 && was.SLO == nil {
		p.add(Change{Mark: Changed, Kind: Text, Name: is.Name, Text: "new wording: " + list(changed), Details: details})
	}
}

// threshold says whether the bound is stricter or looser, in the unit of the query.
func (f *facts) threshold(was, is *ir.Alert) {
	before, comparable := was.Query.Unit.Convert(was.Threshold.Value, is.Query.Unit)
	text := bound(was.Query, was.Threshold) + arrow
	switch now := is.Threshold.Value; {
	case was.Threshold.Above != is.Threshold.Above:
		f.warn("fires on the other side: " + text + bound(is.Query, is.Threshold))
	case !comparable:
		f.warn("compares something else: " + text + bound(is.Query, is.Threshold))
	case before == now:
	case is.Threshold.Above == (now > before):
		f.warn("looser: " + text + is.Query.Unit.Format(now))
	default:
		f.say("stricter: " + text + is.Query.Unit.Format(now))
	}
}

// traffic compares how many events an SLO expects: the alert fires below.
func (f *facts) traffic(was, is *ir.Alert) {
	text := was.SLO.Traffic.Format(was.Threshold.Value) + arrow + is.SLO.Traffic.Format(is.Threshold.Value)
	switch {
	case is.Threshold.Value < was.Threshold.Value:
		f.warn("looser: expects " + text)
	case is.Threshold.Value > was.Threshold.Value:
		f.say("stricter: expects " + text)
	}
}

// wait compares how long the condition must hold, and how long the alert stays after it.
func (f *facts) wait(was, is *ir.Alert) {
	switch {
	case is.For > was.For:
		f.warn("waits longer: for " + duration(was.For) + arrow + duration(is.For))
	case is.For < was.For:
		f.say("waits less: for " + duration(was.For) + arrow + duration(is.For))
	}
	if is.KeepFor != was.KeepFor {
		f.say("keeps firing for " + duration(was.KeepFor) + arrow + duration(is.KeepFor))
	}
}

// severity warns of a milder one, and of one whose rank nobody knows.
func (f *facts) severity(was, is *ir.Alert) {
	if was.Severity == is.Severity {
		return
	}
	before, known := ir.SeverityRank(was.Severity)
	now, too := ir.SeverityRank(is.Severity)
	text := "severity " + was.Severity + arrow + is.Severity
	if !known || !too || now > before {
		f.warn(text)
		return
	}
	f.say(text)
}

// receivers says who is told now.
func (f *facts) receivers(p *pair, was, is *ir.Alert) {
	before, after := was.Receivers, is.Receivers
	gone, come := parts(before, after)
	now := "reaches " + list(after) + " (was " + list(before) + ")"
	switch {
	case len(gone) == 0 && len(come) == 0:
	case len(after) == 0:
		f.warn("reaches nobody any more (was " + list(before) + ")")
	case len(before) == 0:
		f.say("reaches " + list(after) + " (was nobody)")
	case len(gone) == 0:
		f.say("reaches " + list(come) + " too")
	case len(come) == 0:
		f.warn("no longer reaches " + list(gone) + ", only " + list(after))
	case p.sameReceivers(gone, come):
		f.say(now)
	default:
		f.warn(now)
	}
}

// sameReceivers reports whether the receivers that went have only other names now.
func (p *pair) sameReceivers(gone, come []string) bool {
	before, after := receiversOf(p.before), receiversOf(p.after)
	for _, name := range gone {
		renamed := func(other string) bool {
			if before[name] == nil || after[other] == nil {
				return false
			}
			copied := *after[other]
			copied.Name = name
			return copied.Same(before[name])
		}
		if !slices.ContainsFunc(come, renamed) {
			return false
		}
	}
	return true
}

// labels compares the static labels that routes, silences and automation may match. Those of the service are told once for all.
func (f *facts) labels(was, is *ir.Alert) {
	for _, name := range joined(was.Labels, is.Labels) {
		before, now := was.Labels[name], is.Labels[name]
		if before == now || slices.Contains([]string{"severity", "service", "namespace", "team", "signal"}, name) {
			continue
		}
		f.say("label " + name + " " + turned(before, now))
	}
	if was.Group != is.Group && was.SLO == nil {
		f.say("group " + was.Group + arrow + is.Group)
	}
}
