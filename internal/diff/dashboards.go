package diff

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// dashboards compares what people look at.
func (p *pair) dashboards() {
	name := func(d *ir.Dashboard) string { return d.Name }
	before, after := byName(p.before.Dashboards, name), byName(p.after.Dashboards, name)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case is == nil:
			p.add(Change{Mark: Removed, Kind: Dashboard, Name: was.Title, Text: "dashboard removed, with " + plural(len(placesOf(was)), "panel")})
		case was == nil:
			p.add(Change{Mark: Added, Kind: Dashboard, Name: is.Title, Text: "dashboard with " + plural(len(placesOf(is)), "panel")})
		default:
			p.dashboard(was, is)
			p.panels(was, is)
		}
	}
}

func (p *pair) dashboard(was, is *ir.Dashboard) {
	f := &facts{}
	if was.UID != is.UID {
		f.warn("uid " + turned(was.UID, is.UID) + ": links to it break")
	}
	if was.Title != is.Title {
		f.say("is called " + is.Title + " (was " + was.Title + ")")
	}
	label := func(v ir.Variable) string { return v.Label }
	gone, come := parts(names(was.Variables, label), names(is.Variables, label))
	if len(gone) > 0 {
		f.say("can no longer be filtered by " + list(gone))
	}
	if len(come) > 0 {
		f.say("can be filtered by " + list(come) + " too")
	}
	if was.Refresh != is.Refresh {
		f.say("refreshes every " + duration(was.Refresh) + arrow + duration(is.Refresh))
	}
	if was.From != is.From {
		f.say("shows the last " + duration(was.From) + arrow + duration(is.From))
	}
	title := func(a ir.Annotation) string { return a.Title }
	gone, come = parts(names(was.Annotations, title), names(is.Annotations, title))
	if len(gone)+len(come) > 0 {
		f.say("marks " + turned(list(gone), list(come)))
	}
	if !reflect.DeepEqual(was.Links, is.Links) {
		f.say("has other links")
	}
	if len(f.said) > 0 {
		p.add(f.change(Dashboard, is.Title))
	}
	if was.Description != is.Description || !slices.Equal(was.Tags, is.Tags) {
		p.add(Change{Mark: Changed, Kind: Text, Name: is.Title, Text: "new wording: description or tags"})
	}
}

func names[T any](all []T, name func(T) string) []string {
	found := make([]string, len(all))
	for i, one := range all {
		found[i] = name(one)
	}
	return found
}

// place is a panel and where it stands.
type place struct {
	panel *ir.Panel
	row   string
}

// placesOf finds the panels by title: of several with one title, the further ones have a number.
func placesOf(d *ir.Dashboard) map[string]place {
	places := map[string]place{}
	for _, row := range d.Rows {
		for _, panel := range row.Panels {
			title := panel.Title
			for n := 2; places[title].panel != nil; n++ {
				title = fmt.Sprintf("%s (%d)", panel.Title, n)
			}
			places[title] = place{panel, row.Title}
		}
	}
	return places
}

func (p *pair) panels(was, is *ir.Dashboard) {
	before, after := placesOf(was), placesOf(is)
	on := " on " + is.Title
	var resized []string
	filled := filledOtherwise(before, after)
	renamed := renamedPanels(before, after)
	for _, title := range joined(before, after) {
		old, now := before[title], after[title]
		quoted := fmt.Sprintf("%q", title)
		switch {
		case now.panel == nil && renamed[title] != "":
		case old.panel == nil && renamed[title] != "":
			p.add(Change{Mark: Changed, Kind: Panel, Name: quoted, Text: fmt.Sprintf("was called %q", renamed[title]) + on})
			p.panel(quoted, on, before[renamed[title]], now)
		case now.panel == nil:
			p.add(Change{Mark: Removed, Kind: Panel, Name: quoted, Text: "removed from " + inRow(old.row, is.Title)})
		case old.panel == nil:
			p.add(Change{Mark: Added, Kind: Panel, Name: quoted, Text: string(now.panel.Kind) + on})
		default:
			p.panel(quoted, on, old, now)
			if (old.panel.Width != now.panel.Width || old.panel.Height != now.panel.Height) && !filled[old.row] && !filled[now.row] {
				resized = append(resized, title)
			}
		}
	}
	if len(resized) > 0 {
		p.add(Change{Mark: Changed, Kind: Dashboard, Name: is.Title, Text: plural(len(resized), "panel") + " of another size: " + some(resized)})
	}
	p.order(was, is, before, after)
}

// filledOtherwise are the rows that panels came into or left: those that stay make room or fill it, which need not be told.
func filledOtherwise(before, after map[string]place) map[string]bool {
	filled := map[string]bool{}
	for _, title := range joined(before, after) {
		old, now := before[title], after[title]
		if old.panel != nil && (now.panel == nil || old.row != now.row) {
			filled[old.row] = true
		}
		if now.panel != nil && (old.panel == nil || old.row != now.row) {
			filled[now.row] = true
		}
	}
	return filled
}

// renamedPanels pairs panels that went with panels that came and show the same queries in the same way, both ways.
func renamedPanels(before, after map[string]place) map[string]string {
	shows := func(panel *ir.Panel) string {
		text := string(panel.Kind)
		for _, s := range panel.Series {
			text += "\n" + s.Query.Text
		}
		return text
	}
	renamed := map[string]string{}
	titles := joined(before, after)
	for _, title := range titles {
		if after[title].panel != nil {
			continue
		}
		for _, other := range titles {
			if before[other].panel == nil && renamed[other] == "" && shows(before[title].panel) == shows(after[other].panel) {
				renamed[title], renamed[other] = other, title
				break
			}
		}
	}
	return renamed
}

func inRow(row, dashboard string) string {
	if row == "" {
		return dashboard
	}
	return dashboard + ", row " + row
}

// panel compares one panel. What its signals do otherwise is told by them, and its size with that of others, because neighbours
// make room for each other.
func (p *pair) panel(name, on string, old, now place) {
	f := &facts{}
	was, is := old.panel, now.panel
	switch {
	case old.row == now.row:
	case old.row == "":
		f.say("moved to row " + now.row)
	case now.row == "":
		f.say("moved out of row " + old.row)
	default:
		f.say("moved from row " + old.row + " to " + now.row)
	}
	if was.Kind != is.Kind {
		f.say(string(was.Kind) + arrow + string(is.Kind))
	}
	if was.Stack != is.Stack {
		f.say(map[bool]string{true: "stacked", false: "no longer stacked"}[is.Stack])
	}
	if was.From != is.From {
		f.say("shows the last " + orDashboard(was.From) + arrow + orDashboard(is.From))
	}
	p.series(f, was, is)
	if len(f.said) == 0 && !reflect.DeepEqual(appearance(was), appearance(is)) {
		f.say("is drawn in another way")
	}
	switch {
	case len(f.said) > 0:
		c := f.change(Panel, name)
		c.Text += on
		p.add(c)
	case was.Description != is.Description && !p.signalTold(is):
		p.add(Change{Mark: Changed, Kind: Text, Name: name, Text: "new wording" + on, Details: beforeAfter(was.Description, is.Description)})
	}
}

// orDashboard prints how far back a panel shows.
func orDashboard(from time.Duration) string {
	if from == 0 {
		return "as its dashboard"
	}
	return duration(from)
}

// signalTold reports whether a change of one of the panel's signals is told already.
func (p *pair) signalTold(panel *ir.Panel) bool {
	return slices.ContainsFunc(panel.Series, func(s ir.Series) bool { return p.told[s.Query.Signal.Name] })
}

// appearance is what of a panel's looks nothing else tells of.
func appearance(panel *ir.Panel) ir.Panel {
	looks := ir.Panel{ColumnLinks: panel.ColumnLinks, SortBy: panel.SortBy, States: panel.States, Empty: panel.Empty}
	for _, s := range panel.Series {
		looks.Series = append(looks.Series, ir.Series{Name: s.Name, By: s.By, RightAxis: s.RightAxis, Instant: s.Instant, Digits: s.Digits, Colour: s.Colour})
	}
	return looks
}

// series compares the lines of a panel by what they show.
func (p *pair) series(f *facts, was, is *ir.Panel) {
	shows := func(s ir.Series) string {
		switch {
		case s.Name != "":
			return s.Name
		case p.told[s.Query.Signal.Name] && s.Query.Title == s.Query.Signal.Title:
			return s.Query.Signal.Name // its title may be what changed
		}
		return s.Query.Title
	}
	gone, come := parts(names(was.Series, shows), names(is.Series, shows))
	if len(gone) > 0 {
		f.say("no longer shows " + some(gone))
	}
	if len(come) > 0 {
		f.say("shows " + some(come) + " too")
	}
	if len(gone)+len(come) > 0 || len(was.Series) != len(is.Series) {
		return
	}
	for i := range is.Series {
		old, now := was.Series[i], is.Series[i]
		if p.told[now.Query.Signal.Name] && old.Query.Text == old.Query.Signal.Default.Text && now.Query.Text == now.Query.Signal.Default.Text {
			continue
		}
		single := &facts{}
		p.query(single, old.Query, now.Query)
		for _, said := range single.said {
			f.say(said)
			f.details = append(f.details, beforeAfter(promql.Print(old.Query.Expr), promql.Print(now.Query.Expr))...)
		}
	}
}

// order tells that panels which are in the same row on both sides stand in another order, or rows do.
func (p *pair) order(was, is *ir.Dashboard, before, after map[string]place) {
	row := func(r ir.Row) string { return r.Title }
	if rows, now := common(names(was.Rows, row), names(is.Rows, row)); !slices.Equal(rows, now) {
		p.add(Change{Mark: Changed, Kind: Dashboard, Name: is.Title, Text: "rows stand in another order"})
	}
	for _, r := range is.Rows {
		i := slices.IndexFunc(was.Rows, func(old ir.Row) bool { return old.Title == r.Title })
		if i < 0 {
			continue
		}
		title := func(panel *ir.Panel) string { return panel.Title }
		if old, now := common(names(was.Rows[i].Panels, title), names(r.Panels, title)); !slices.Equal(old, now) {
			p.add(Change{Mark: Changed, Kind: Dashboard, Name: is.Title, Text: "panels " + strings.TrimSuffix("of row "+r.Title+" ", "of row  ") + "stand in another order"})
		}
		if was.Rows[i].Collapsed != r.Collapsed {
			p.add(Change{Mark: Changed, Kind: Dashboard, Name: is.Title, Text: "row " + r.Title + map[bool]string{true: " is folded", false: " is open"}[r.Collapsed]})
		}
	}
}

// common keeps what is in both lists, each in its own order.
func common(before, after []string) (was, is []string) {
	for _, one := range before {
		if slices.Contains(after, one) {
			was = append(was, one)
		}
	}
	for _, one := range after {
		if slices.Contains(before, one) {
			is = append(is, one)
		}
	}
	return was, is
}
