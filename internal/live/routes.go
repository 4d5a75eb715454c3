package live

import (
	"slices"
	"strings"
)

// routeNode is a node of the routing tree.
type routeNode struct {
	matchers []string
	settings settings // without the matchers and the routes below
	children []*routeNode
}

// matcherFields are what a route's place in the tree is told by.
var matcherFields = []string{"matchers", "match", "match_re"}

func newRoute(node entry, side side) *routeNode {
	own := func(name string) bool { return name != "routes" && !slices.Contains(matcherFields, name) }
	out := &routeNode{matchersOf(node, ""), side(node.pick(own)), nil}
	for _, child := range entriesOf(node.loaded["routes"], node.written["routes"]) {
		out.children = append(out.children, newRoute(child, side))
	}
	return out
}

// String is the route's matchers, as people name it.
func (r *routeNode) String() string {
	if len(r.matchers) == 0 {
		return "{}"
	}
	return "{" + strings.Join(r.matchers, ", ") + "}"
}

// size counts a route and those below it.
func (r *routeNode) size() int {
	n := 1
	for _, child := range r.children {
		n += child.size()
	}
	return n
}

// routePair is a route of the spec and the loaded one that stands for it; one of them may be missing.
type routePair struct {
	spec, loaded *routeNode
	at           int // of the loaded one among its siblings
}

// pairRoutes finds the loaded route that stands for each of the spec's: by its matchers, else by its receiver, whose matchers
// then changed.
func pairRoutes(spec, loaded []*routeNode) []routePair {
	taken := make([]bool, len(loaded))
	pairs := make([]routePair, len(spec))
	for _, fits := range []func(a, b *routeNode) bool{
		func(a, b *routeNode) bool { return slices.Equal(a.matchers, b.matchers) },
		func(a, b *routeNode) bool {
			return a.settings["receiver"] == b.settings["receiver"] && a.settings["receiver"].text != ""
		},
	} {
		for i := range spec {
			pairs[i].spec = spec[i]
			for j := range loaded {
				if pairs[i].loaded == nil && !taken[j] && fits(spec[i], loaded[j]) {
					pairs[i].loaded, pairs[i].at, taken[j] = loaded[j], j, true
				}
			}
		}
	}
	for j := range loaded {
		if !taken[j] {
			pairs = append(pairs, routePair{loaded: loaded[j], at: j})
		}
	}
	return pairs
}

// route compares two routes and what is below them. Above leads to them, such as "the root > {service="shop"}".
func (c *configComparison) route(above string, spec, loaded *routeNode) {
	name := above + spec.String()
	path := c.places.of(name)
	differences := comparedSettings(spec.settings, loaded.settings, c.onlySpec)
	if !slices.Equal(spec.matchers, loaded.matchers) {
		differences = slices.Insert(differences, 0, difference{"matchers", loaded.String(), spec.String()})
	}
	if len(differences) > 0 {
		c.report(codeChanged, path, notes(differences), "%s is loaded in another form in %s", called(name), c.at)
	}
	last, unordered := -1, false
	for _, pair := range pairRoutes(spec.children, loaded.children) {
		switch {
		case pair.loaded == nil:
			missing := name + below + pair.spec.String()
			c.report(codeMissing, c.places.of(missing), []string{"it leads to " + receivers(pair.spec)}, "%s is not loaded in %s", called(missing), c.at)
		case pair.spec == nil:
			c.report(codeExtra, path, []string{"it leads to " + receivers(pair.loaded)}, "%s is loaded in %s and is not in the spec",
				called(name+below+pair.loaded.String()), c.at)
		default:
			unordered = unordered || pair.at < last
			last = pair.at
			c.route(name+below, pair.spec, pair.loaded)
		}
	}
	if unordered {
		c.report(codeChanged, path, nil, "the routes below %s are loaded in another order in %s, and the first that matches takes an alert", called(name), c.at)
	}
}

// below stands between a route and the one below it.
const below = " > "

// called is what people call the route of a name: what is below the root needs no mention of it.
func called(name string) string {
	if name == "{}" {
		return "the root route"
	}
	return "route " + strings.TrimPrefix(name, "{}"+below)
}

// receivers names whom a route and those below it notify.
func receivers(r *routeNode) string {
	var out []string
	var walk func(*routeNode)
	walk = func(r *routeNode) {
		if to := r.settings["receiver"].text; to != "" && !slices.Contains(out, to) {
			out = append(out, to)
		}
		for _, child := range r.children {
			walk(child)
		}
	}
	walk(r)
	if len(out) == 0 {
		return "the receiver of the route above it"
	}
	return strings.Join(out, ", ")
}
