// Package diff says what a change of specs means to the people who are paged by them. What both sides compile to comes in, a
// Report goes out: which alerts are stricter, looser, later or unproven, who is told of them now, what happens to error budgets,
// what others may miss, what the rules cost to evaluate. It compares Programs, so that what only looks different is no change.
package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/generator"
)

// Mark is what happened to a thing.
type Mark string

// The marks, as they are printed.
const (
	Added   Mark = "+"
	Removed Mark = "-"
	Changed Mark = "~"
)

// Kind is what a change is about.
type Kind string

// The kinds, in the order in which changes are told.
const (
	Package   Kind = "package"
	Alert     Kind = "alert"
	SLO       Kind = "slo"
	Metric    Kind = "metric"
	Receiver  Kind = "receiver"
	Route     Kind = "route"
	Signal    Kind = "signal"
	Recording Kind = "recording"
	Group     Kind = "group"
	Setting   Kind = "setting"
	Dashboard Kind = "dashboard"
	Panel     Kind = "panel"
	Text      Kind = "text"
	// Alerts is of lines for people, which tell of several alerts together.
	Alerts Kind = "alerts"
)

var kindOrder = []Kind{Package, Alert, SLO, Metric, Receiver, Route, Signal, Recording, Group, Setting, Dashboard, Panel, Text}

// Change is one thing that means something else than before.
type Change struct {
	Mark Mark
	Kind Kind
	Name string // as the user wrote it
	// Danger says that somebody may not be told any more, be told later, or miss what they use.
	Danger bool
	Text   string // what it means, in one line; empty where Name says all
	// Details are lines for those who want to know more, such as PromQL before and after.
	Details []string
	// Where names the packages and environments that the change is in; empty where it is in all that were compared.
	Where []string
	names []string // of the things that a line for people tells of together
}

// Side is one of the two states.
type Side struct {
	Name    string // as the user named it: main, v1.2, the working tree
	Outputs []generator.Output
	Proofs  Proofs // of the alerts that Suspects names; nil where nothing was proven
}

// Report is what a change means.
type Report struct {
	Base, Head string
	Changes    []Change // the dangerous ones first, then by kind and name
	Cost       Cost
	Files      []File // generated files that differ, by path
	// Uncompared are the packages that could not be compared, with the side that is broken.
	Uncompared []Uncompared
}

// Uncompared is a package that does not compile on one side, or on both.
type Uncompared struct{ Package, Side string }

// Dangerous counts the dangerous changes.
func (r *Report) Dangerous() int {
	n := 0
	for _, c := range r.Changes {
		if c.Danger {
			n++
		}
	}
	return n
}

// Empty reports whether neither a meaning nor a generated file differs.
func (r *Report) Empty() bool { return len(r.Changes)+len(r.Files)+len(r.Uncompared) == 0 }

// Compare compares two sides, package by package and environment by environment.
func Compare(base, head Side) *Report {
	r := &Report{Base: base.Name, Head: head.Name, Files: compareFiles(base.Outputs, head.Outputs)}
	pairs := pairsOf(base, head)
	for _, p := range pairs {
		p.compare()
		r.Cost = r.Cost.plus(p.cost())
	}
	r.Changes = gather(pairs)
	slices.SortStableFunc(r.Changes, func(a, b Change) int {
		if a.Danger != b.Danger {
			return map[bool]int{true: -1, false: 1}[a.Danger]
		}
		return cmp.Or(cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind)), cmp.Compare(a.Name, b.Name))
	})
	return r
}

// gather says once what is the same in several packages or environments, and where it is.
func gather(pairs []*pair) []Change {
	var all []Change
	known := map[string]int{}
	for _, p := range pairs {
		for _, c := range p.changes {
			key := strings.Join([]string{string(c.Mark), string(c.Kind), c.Name, c.Text}, "\x00")
			at, ok := known[key]
			if !ok {
				at = len(all)
				known[key] = at
				all = append(all, c)
			}
			all[at].Where = append(all[at].Where, p.where)
			all[at].Danger = all[at].Danger || c.Danger
		}
	}
	for i := range all {
		if len(all[i].Where) == len(pairs) || all[i].Kind == Package {
			all[i].Where = nil
		}
	}
	return all
}

// joined are the names in both maps or one of them, sorted.
func joined[A, B any](a map[string]A, b map[string]B) []string {
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// byName makes a map of things by their names.
func byName[T any](all []T, name func(T) string) map[string]T {
	named := make(map[string]T, len(all))
	for _, one := range all {
		named[name(one)] = one
	}
	return named
}
