package promql

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Finding is something that an expression cannot be meant to say.
type Finding struct {
	Code     string // one of Codes
	Severity diag.Severity
	Range    posrange.PositionRange // bytes of the parsed text; zero where the expression was built and not parsed
	Message  string                 // what is wrong, as one sentence without a full stop
	Notes    []string
	Help     string // what to do about it; may be empty
}

// String prints the finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s[%s]: %s", f.Severity, f.Code, f.Message) }

// Diagnostic turns the finding into a diagnostic at a position that the caller has worked out from Range.
func (f Finding) Diagnostic(pos diag.Pos, path string) diag.Diagnostic {
	return diag.Diagnostic{Code: f.Code, Severity: f.Severity, Pos: pos, Path: path, Message: f.Message, Notes: f.Notes, Help: f.Help}
}

// report adds a finding about a part of the expression.
func (w *walk) report(severity diag.Severity, code string, node parser.Node, message, help string, notes ...string) {
	w.findings = append(w.findings, Finding{
		Code: code, Severity: severity, Range: node.PositionRange(), Message: message, Notes: notes, Help: help,
	})
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Range.Start, b.Range.Start), cmp.Compare(a.Range.End, b.Range.End),
			strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
}

// excerpt is a part of the expression in a message: its beginning where it is long.
func excerpt(node parser.Node) string {
	const longest = 60
	text := []rune(strings.Join(strings.Fields(node.String()), " "))
	if len(text) <= longest {
		return string(text)
	}
	return string(text[:longest]) + "…"
}

// figure prints a number as people write it.
func figure(v float64) string { return fmt.Sprintf("%.12g", v) }

// in prints a value in a measure: with its unit where that is known.
func (m Measure) in(v float64) string {
	if m.Known() {
		return m.Unit.Format(v)
	}
	return figure(v)
}

// list joins names for a sentence: at most ten of them.
func list(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// didYouMean suggests one of several names, or lists the few that there are.
func didYouMean(word string, candidates []string) string {
	if best, ok := diag.Closest(word, candidates); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	switch len(candidates) {
	case 0:
		return "leave it out: there is none to name here"
	case 1:
		return fmt.Sprintf("write %q", candidates[0])
	default:
		return "choose one of " + list(candidates)
	}
}
