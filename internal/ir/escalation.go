package ir

import (
	"strings"
	"time"
)

// severityRanks order the words that people use, the most urgent first.
var severityRanks = map[string]int{
	"emergency": 0, "fatal": 0, "critical": 0, "page": 0, "p1": 0, "sev1": 0,
	"error": 1, "high": 1, "major": 1,
	"warning": 2, "warn": 2, "ticket": 2, "medium": 2, "minor": 2, "p2": 2, "sev2": 2,
	"info": 3, "information": 3, "notice": 3, "low": 3, "none": 3, "p3": 3, "sev3": 3,
}

// SeverityRank is how urgent a severity is, 0 the most; false where the word is not known.
func SeverityRank(severity string) (int, bool) {
	rank, known := severityRanks[strings.ToLower(severity)]
	return rank, known
}

// Bound is when an alert on a query fires: past a value, for some time.
type Bound struct {
	Value float64
	For   time.Duration
}

// Escalation is how the milder of two alerts on one query stands to the more urgent one.
type Escalation uint8

// The escalations.
const (
	Rising   Escalation = iota // the milder alert fires first, as it should
	Together                   // both fire at once: the milder one never arrives on its own
	Reversed                   // the more urgent alert fires first
)

// EscalatesTo compares the bound of the milder alert with that of the more urgent one, both of alerts that fire above, or
// below. The same bound for longer is an escalation.
func (mild Bound) EscalatesTo(urgent Bound, above bool) Escalation {
	switch {
	case mild.Value == urgent.Value && urgent.For > mild.For:
		return Rising
	case mild.Value == urgent.Value:
		return Together
	case above == (urgent.Value < mild.Value):
		return Reversed
	default:
		return Rising
	}
}
