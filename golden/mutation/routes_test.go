package mutation

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/read"
)

// routeOperators are mistakes in Alertmanager's configuration.
var routeOperators = []operator{
	{"route removed", []string{"alertmanager/unrouted", "alertmanager/receiver-unused"}, routes(func(f *file, r *read.Route, at region) []mutant {
		return []mutant{f.mutant(f.remove(f.block(f.lineStart(f.offset(r.Pos)))), "route to "+r.Receiver.Value+" removed")}
	})},
	{"route's matcher changed", []string{"alertmanager/route-unreachable", "alertmanager/unrouted"}, routes(func(f *file, r *read.Route, at region) []mutant {
		var all []mutant
		for _, m := range r.Matchers.Matchers {
			value := strings.IndexByte(m.Value, '"') + 1
			all = append(all, f.mutant(f.splice(m, value, value, "other"), m.Value+" -> other"))
		}
		return all
	})},
	{"route's label misspelt", []string{"alertmanager/label-slip", "alertmanager/route-unreachable", "alertmanager/unrouted"}, routes(func(f *file, r *read.Route, at region) []mutant {
		var all []mutant
		for _, m := range r.Matchers.Matchers {
			end := strings.IndexAny(m.Value, "=!")
			all = append(all, f.mutant(f.splice(m, 0, end, misspelt(m.Value[:end])), m.Value+" -> "+misspelt(m.Value[:end])))
		}
		return all
	})},
	{"route's receiver renamed", []string{"alertmanager/config"}, routes(func(f *file, r *read.Route, at region) []mutant {
		return []mutant{f.mutant(f.replace(r.Receiver, misspelt(r.Receiver.Value)), r.Receiver.Value+" misspelt")}
	})},
	{"route's receiver exchanged", []string{"alertmanager/receiver-unused"}, routes(func(f *file, r *read.Route, at region) []mutant {
		other := map[string]string{"pagerduty-warning": "pagerduty-critical", "pagerduty-critical": "pagerduty-warning"}[r.Receiver.Value]
		return []mutant{f.mutant(f.replace(r.Receiver, other), r.Receiver.Value+" -> "+other)}
	})},
	{"route doubled with continue", []string{"alertmanager/double-notification"}, routes(func(f *file, r *read.Route, at region) []mutant {
		own := f.text[at.start:at.end]
		line := f.lineStart(f.offset(r.Receiver.At()))
		indent := strings.Repeat(" ", f.indentation(f.line(line)-1))
		continuing := f.text[at.start:line] + indent + "continue: true\n" + f.text[line:at.end]
		return []mutant{f.mutant(edit{at, continuing + own}, "doubled: "+r.Receiver.Value)}
	})},
	{"grouping's label misspelt", []string{"alertmanager/grouping", "alertmanager/label-slip"}, func(c *corpus) []mutant {
		f := c.files[alertmanagerFile]
		root := f.set.Alertmanagers[0].Route
		var all []mutant
		for _, r := range append([]*read.Route{root}, root.Routes...) {
			for _, label := range r.GroupBy {
				all = append(all, f.mutant(f.replace(label, misspelt(label.Value)), label.Value+" misspelt"))
			}
		}
		return all
	}},
	{"root pages", []string{"alertmanager/root-pages"}, func(c *corpus) []mutant {
		f := c.files[alertmanagerFile]
		var all []mutant
		for _, receiver := range []string{"pagerduty-critical", "pagerduty-warning"} {
			all = append(all, f.mutant(f.replace(f.set.Alertmanagers[0].Route.Receiver, receiver), "root -> "+receiver))
		}
		return all
	}},
	{"inhibition removed", []string{"alertmanager/inhibition-missing"}, func(c *corpus) []mutant {
		f := c.files[alertmanagerFile]
		var all []mutant
		for _, rule := range f.set.Alertmanagers[0].Inhibitions {
			all = append(all, f.mutant(f.remove(f.block(f.lineStart(f.offset(rule.Pos)))), "removed"))
		}
		return all
	}},
	{"inhibition's matcher changed", []string{"alertmanager/inhibition", "alertmanager/inhibition-missing"}, inhibitions(func(f *file, rule read.Inhibition) []mutant {
		var all []mutant
		for _, m := range append(rule.Source.Matchers[:1:1], rule.Target.Matchers[0]) {
			value := strings.IndexByte(m.Value, '"') + 1
			all = append(all, f.mutant(f.splice(m, value, value, "other"), m.Value+" -> other"))
		}
		return all
	})},
	{"inhibition's equal emptied", []string{"alertmanager/inhibition", "alertmanager/inhibition-missing"}, inhibitions(func(f *file, rule read.Inhibition) []mutant {
		first, last := rule.Equal[0], rule.Equal[len(rule.Equal)-1]
		return []mutant{f.mutant(edit{region{f.span(first, 0, 1).start, f.span(last, 0, len(last.Value)).end}, ""}, "emptied")}
	})},
	{"inhibition's equal misspelt", []string{"alertmanager/label-slip", "alertmanager/inhibition", "alertmanager/inhibition-missing"}, inhibitions(func(f *file, rule read.Inhibition) []mutant {
		var all []mutant
		for _, label := range rule.Equal {
			all = append(all, f.mutant(f.replace(label, misspelt(label.Value)), label.Value+" misspelt"))
		}
		return all
	})},
}

func routes(each func(*file, *read.Route, region) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		f := c.files[alertmanagerFile]
		var all []mutant
		var walk func(*read.Route)
		walk = func(parent *read.Route) {
			for _, r := range parent.Routes {
				all = append(all, each(f, r, f.block(f.lineStart(f.offset(r.Pos))))...)
				walk(r)
			}
		}
		walk(f.set.Alertmanagers[0].Route)
		return all
	}
}

func inhibitions(each func(*file, read.Inhibition) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		f := c.files[alertmanagerFile]
		var all []mutant
		for _, rule := range f.set.Alertmanagers[0].Inhibitions {
			all = append(all, each(f, rule)...)
		}
		return all
	}
}
