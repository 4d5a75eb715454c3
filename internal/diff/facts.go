package diff

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// facts are what is said of one thing, what is dangerous first.
type facts struct {
	said, details []string
	warnings      int // how many of said are dangerous
}

func (f *facts) say(text string) { f.said = append(f.said, text) }

// warn says something dangerous.
func (f *facts) warn(text string) {
	f.said = slices.Insert(f.said, f.warnings, text)
	f.warnings++
}

// change makes one line of all facts.
func (f *facts) change(kind Kind, name string) Change {
	return Change{Mark: Changed, Kind: kind, Name: name, Danger: f.warnings > 0, Text: strings.Join(f.said, "; "), Details: f.details}
}

// query says what the alert or panel reads otherwise. What follows from the signal's own change is told there.
func (p *pair) query(f *facts, was, is *ir.Query) {
	if was.Text == is.Text && was.Signal.Name == is.Signal.Name {
		return
	}
	said := len(f.said)
	if was.Signal.Name != is.Signal.Name {
		f.warn("watches " + is.Signal.Name + " instead of " + was.Signal.Name)
	}
	if was.Over != is.Over {
		f.say("measured over " + duration(was.Over) + arrow + duration(is.Over))
	}
	switch before, now := list(was.By), list(is.By); {
	case before == now:
	case now == "":
		f.say("no longer by " + before)
	default:
		f.say(strings.TrimPrefix("by "+before+arrow+"by "+now, "by "+arrow))
	}
	if was.Q != is.Q {
		f.say("quantile " + unit.None.Format(was.Q) + arrow + unit.None.Format(is.Q))
	}
	switch {
	case was.Where == is.Where:
	case is.Where == "":
		f.say("sees everything (was only where " + was.Where + ")")
	case was.Where == "":
		f.warn("sees less: only where " + is.Where)
	default:
		f.warn("sees something else: where " + was.Where + arrow + is.Where)
	}
	if len(f.said) == said && !p.told[is.Signal.Name] {
		f.say("computes " + is.Signal.Name + " in another way")
	}
}
