package prove

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// Print writes a table with a line for each alert, and one more for each further pair of windows of an SLO's; below it what is
// assumed.
func Print(w io.Writer, proofs []Proof) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "ALERT\tVERDICT\tFIRES AFTER\tRESOLVES AFTER\tTURNS AT\tREACHES")
	for i := range proofs {
		for _, row := range proofs[i].rows() {
			fmt.Fprintln(table, strings.Join(row[:], "\t"))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := printAssumed(w, proofs); err != nil || !anyLate(proofs) {
		return err
	}
	_, err := fmt.Fprintf(w, "Two times are the earliest and the latest: %s (belfry explain ruler/split).\n", lateReason)
	return err
}

// lateReason says why an alert has two times.
const lateReason = "what the alert reads is recorded in another rule group, which is evaluated at another moment"

func anyLate(proofs []Proof) bool {
	return slices.ContainsFunc(proofs, func(p Proof) bool { return p.Fires() && p.Alert.Late > 0 })
}

func (p *Proof) rows() [][6]string {
	if !p.Fires() {
		return [][6]string{{p.Alert.Name, string(p.Verdict), "-", "-", p.turnsAt(0), p.why()}}
	}
	var rows [][6]string
	for i := range p.Incidents {
		incident := &p.Incidents[i]
		row := [6]string{"", "", p.when(incident.FiresAfter), p.resolves(incident), p.turnsAt(i), ""}
		if i == 0 {
			row[0], row[1], row[5] = p.Alert.Name, string(p.Verdict), strings.Join(p.Receivers(), ", ")
		}
		rows = append(rows, row)
	}
	for _, tier := range p.Hidden {
		rows = append(rows, [6]string{"", "", "-", "-", tierTurns(tier), hiddenReason})
	}
	return rows
}

// hiddenReason says why a tier has no incident of its own.
const hiddenReason = "only together with the faster one"

func tierTurns(t ir.BurnTier) string {
	return fmt.Sprintf("%g× budget over %s", t.Factor, unit.FormatDuration(t.Long))
}

// why is the reason, with the place of the rule where it is the user's, and the code that explain knows more of.
func (p *Proof) why() string {
	reason := p.Reason
	if p.Pos.File != "" {
		reason = p.Pos.String() + ": " + reason
	}
	if p.Code != "" {
		reason += " [" + p.Code + "]"
	}
	return reason
}

// noData stands where an alert that no series are there for would have a value.
const noData = "no data"

// turnsAt is the value past which the alert fires in an incident.
func (p *Proof) turnsAt(incident int) string {
	switch {
	case p.Alert.Query != nil:
		return p.Alert.Query.Unit.Format(p.Alert.Threshold.Value)
	case p.Alert.Kind == ir.AlertNoData:
		return noData
	case p.Alert.Kind == ir.AlertTraffic:
		return p.format(p.Alert.Threshold.Value)
	case p.Witness != nil && p.Witness.Turns != "":
		return p.Witness.Turns
	case incident < len(p.Alert.Tier):
		return tierTurns(p.Alert.Tier[incident])
	}
	return "-"
}

// Receivers are the names of those who are told, each once, in order.
func (p *Proof) Receivers() []string {
	var names []string
	for _, m := range p.Reaches {
		if !slices.Contains(names, m.Receiver) {
			names = append(names, m.Receiver)
		}
	}
	return names
}

// when prints how long after something the alert does what follows from it: at the earliest, and at the latest where that is later.
func (p *Proof) when(after time.Duration) string { return span(after, p.Alert.Late) }

func span(after, late time.Duration) string {
	if late == 0 {
		return Duration(after)
	}
	return Duration(after) + " to " + Duration(after+late)
}

// resolves is how long after the incident's end the alert resolves. One that looks for changes gets used to them before the end.
func (p *Proof) resolves(i *Incident) string {
	if i.ResolvesAfter < 0 {
		return "by itself"
	}
	return p.when(i.ResolvesAfter)
}

func (p *Proof) end(i *Incident) string {
	if i.ResolvesAfter < 0 {
		return "by itself " + Duration(-i.ResolvesAfter) + " before the end"
	}
	return p.when(i.ResolvesAfter) + " after the end"
}

// Duration prints a time as Prometheus does, in whole seconds.
func Duration(d time.Duration) string { return model.Duration(d.Round(time.Second)).String() }

// format prints a value of the alert's signal.
func (p *Proof) format(v float64) string {
	if p.Alert.Query != nil {
		return p.Alert.Query.Unit.Format(v)
	}
	if p.Alert.SLO == nil {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	switch p.Alert.Kind {
	case ir.AlertNoData:
		return noData
	case ir.AlertTraffic:
		return p.Alert.SLO.Traffic.Format(v)
	}
	return unit.Ratio.Format(v)
}

// PrintDetails writes what is known of one alert: its course, what is said to whom, what it cannot see.
func PrintDetails(w io.Writer, p *Proof) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s", p.Alert.Name, p.Verdict)
	if p.Reason != "" {
		fmt.Fprintf(&b, ": %s", p.why())
	}
	b.WriteByte('\n')
	if p.Witness != nil {
		for _, c := range p.Witness.Series {
			fmt.Fprintf(&b, "  %s %s, and %s in the incident\n", c.Series, c.Healthy, c.Incident)
		}
	}
	for i := range p.Incidents {
		p.describe(&b, i)
	}
	if p.Fires() && p.Alert.Late > 0 {
		fmt.Fprintf(&b, "  the later times: %s\n", lateReason)
	}
	for _, tier := range p.Hidden {
		fmt.Fprintf(&b, "  %s: fires %s\n", tierName(tier), hiddenReason)
	}
	if w := p.Worst; w != nil {
		fmt.Fprintf(&b, "  %s: fires after %s\n", w.Name, p.when(w.FiresAfter))
	}
	for _, m := range p.Reaches {
		fmt.Fprintf(&b, "  %s (%s) at %s: %q\n", m.Receiver, m.Integration, p.when(m.After), cmp.Or(m.Title, firstLine(m.Text)))
	}
	if len(p.Blind) > 0 {
		fmt.Fprintf(&b, "  blind without %s\n", strings.Join(p.Blind, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Proof) describe(b *strings.Builder, i int) {
	incident := &p.Incidents[i]
	what := fmt.Sprintf("%s for %s", p.format(incident.Level), Duration(incident.Lasts))
	if incident.Name != "" {
		what = incident.Name + ": " + what
	}
	fmt.Fprintf(b, "  %s: fires after %s at %s, resolves %s\n", what, p.when(incident.FiresAfter), p.format(incident.Value), p.end(incident))
	if len(incident.Timeline) > 0 {
		p.plot(b, i)
	}
	for _, other := range incident.Along {
		fmt.Fprintf(b, "  %s fires too, after %s\n", other.Alert, span(other.FiresAfter, other.Late))
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
