package promql

import (
	"fmt"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Typed is what a text parses and is typed to. It is shared: nobody may change it.
type Typed struct {
	Parsed   parser.Expr // nil where it does not parse
	Analysis *Analysis   // nil where Parsed is
	Failure  error       // why it does not parse
}

// Type parses and analyses a text for a use, once however often the same text comes: dashboards and rules repeat themselves, and are
// kept as plain files and as resources.
func (t *Table) Type(text string, use Use) Typed {
	key := fmt.Sprint(use, t.scope, "\n", t.pace, "\n", text)
	if known, ok := t.typed.get(key); ok {
		return known
	}
	var typed Typed
	if typed.Parsed, typed.Failure = ParseAny(text); typed.Failure != nil {
		typed.Parsed = nil
	} else {
		typed.Analysis = t.Analyze(typed.Parsed, use)
	}
	t.typed.put(key, typed)
	return typed
}

// ScrapedEvery is the table where jobs are scraped as often as given, and own metrics without an interval as often as everything is.
func (t *Table) ScrapedEvery(jobs map[string]time.Duration, everything time.Duration) *Table {
	view := *t
	view.Scraped, view.OwnInterval = jobs, everything
	view.pace = fmt.Sprint(jobs, everything) // in the order of the jobs
	return &view
}
