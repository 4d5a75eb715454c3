package runbook

import (
	"cmp"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// page is one runbook. Empty fields are sections that are left out.
type page struct {
	Link      link
	Severity  string
	Service   string
	Component string
	Subject   string // what is measured, as people say it
	Meaning   string // what the figure means for users
	Condition string // when it fires, as a clause
	KeepFor   string
	Delay     string // how old the samples are that its rule is evaluated on, or empty
	Late      string // how much later it may fire because of the ruler's limits, or empty
	Budget    *budget
	Means     []string // what the alert means in plain words, a paragraph each
	Others    []link   // the other alerts of the same SLO
	Receivers []receiver
	Unrouted  string // why nobody is notified
	Team      string
	MutedBy   *related
	Mutes     *related
	Dashboard string
	Looks     []look
	Causes    string
	Action    string
	Silence   block
}

// look is one thing to look at: a line that says what, and the block of what to paste. The block's fields stand in it, not
// the block: templates find embedded fields slowly, and there are many looks.
type look struct{ Text, Fence, Language, Code string }

func lookAt(text, language, code string) look {
	b := fenced(language, code)
	return look{text, b.Fence, b.Language, b.Code}
}

// block is a fenced block of Markdown.
type block struct{ Fence, Language, Code string }

// fenced chooses a fence that the code itself does not hold.
func fenced(language, code string) block {
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return block{fence, language, code}
}

func newPage(p *ir.Program, alert *ir.Alert, muting *muting) *page {
	shown := &page{
		Link: linkTo(alert.Name), Severity: alert.Severity, Service: serviceTitle(p), Component: oneLine(alert.Component),
		Subject: oneLine(alert.Signal.Title), Meaning: oneLine(alert.Signal.Help), Condition: condition(alert),
		Dashboard: untemplated(alert.DashboardURL), Causes: closeFences(alert.Note), Action: oneLine(alert.Action),
		Team: team(p, alert), Silence: silence(alert),
	}
	if alert.KeepFor > 0 {
		shown.KeepFor = unit.FormatDuration(alert.KeepFor)
	}
	if delay := p.Platform.Prometheus.Ruler.Delay; delay > 0 {
		shown.Delay = unit.FormatDuration(delay)
	}
	if alert.Late > 0 {
		shown.Late = unit.FormatDuration(alert.Late)
	}
	shown.MutedBy, shown.Mutes = muting.of(alert)
	shown.Receivers, shown.Unrouted = receivers(p, alert)
	if alert.SLO != nil {
		shown.Subject, shown.Meaning = sloSubject(alert)
		shown.Means, shown.Others = means(alert), others(alert)
		if len(alert.Tier) > 0 {
			shown.Budget = newBudget(alert.SLO, alert.Tier)
		}
		if shown.Causes == "" {
			shown.Causes = closeFences(alert.SLO.Note)
		}
	}
	shown.Looks = append(current(p, alert), breakdown(p, alert)...)
	shown.Looks = append(shown.Looks, cluster(p, alert)...)
	return shown
}

// untemplated is an address without what only the alert itself fills in: values of its labels.
func untemplated(address string) string {
	if strings.Contains(address, "{{") {
		address, _, _ = strings.Cut(address, "?")
	}
	return address
}

func serviceTitle(p *ir.Program) string {
	if p.Service != nil && p.Service.Title != "" {
		return oneLine(p.Service.Title)
	}
	return p.Name()
}

func team(p *ir.Program, alert *ir.Alert) string {
	if own := alert.Labels["team"]; own != "" || p.Service == nil {
		return own
	}
	return p.Service.Team
}

// condition says when the alert fires, in the units that people think in.
func condition(alert *ir.Alert) string {
	if alert.SLO != nil {
		return sloCondition(alert) + each(alert.By)
	}
	query, bound := alert.Query, " below "
	if alert.Threshold.Above {
		bound = " above "
	}
	text := oneLine(cmp.Or(query.Title, alert.Signal.Title))
	if query.Over > 0 {
		text += " over " + unit.FormatDuration(query.Over)
	}
	text += bound + query.Unit.Format(alert.Threshold.Value)
	if alert.For > 0 {
		text += " for " + unit.FormatDuration(alert.For)
	}
	return text + each(alert.By)
}

// each says that label values are judged apart.
func each(by []string) string {
	if len(by) == 0 {
		return ""
	}
	return ", for each " + strings.Join(by, " and ") + " alone"
}

// closeFences ends a fenced block that a note leaves open, so that it does not swallow the sections after it.
func closeFences(note string) string {
	note = strings.TrimSpace(note)
	open := ""
	for line := range strings.Lines(note) {
		line = strings.TrimSpace(line)
		mark := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case len(mark) < 3:
		case open == "":
			open = mark
		case len(mark) >= len(open) && mark == line:
			open = ""
		}
	}
	if open == "" {
		return note
	}
	return note + "\n" + open
}
