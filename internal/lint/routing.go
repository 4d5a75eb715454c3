package lint

import (
	"slices"
	"strings"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

// routing is the routing tree of one Alertmanager configuration.
type routing struct {
	config    *read.Alertmanager
	root      *route
	receivers map[string]*read.AlertReceiver
}

// route is a node of the tree with what it inherits.
type route struct {
	*read.Route
	parent   *route
	matchers amlabels.Matchers // its own
	receiver string            // its own or the parent's
	children []*route
}

// newRouting compiles a configuration; nil where a matcher is broken or the route is missing, so that nothing is certain.
func newRouting(config *read.Alertmanager) *routing {
	if config.Route == nil {
		return nil
	}
	root, ok := newRoute(config.Route, nil)
	if !ok {
		return nil
	}
	r := &routing{config: config, root: root, receivers: map[string]*read.AlertReceiver{}}
	for i := range config.Receivers {
		r.receivers[config.Receivers[i].Name.Value] = &config.Receivers[i]
	}
	return r
}

func newRoute(written *read.Route, parent *route) (*route, bool) {
	matchers, broken := compileMatchers(written.Matchers)
	if len(broken) > 0 {
		return nil, false
	}
	compiled := &route{Route: written, parent: parent, matchers: matchers, receiver: written.Receiver.Value}
	if compiled.receiver == "" && parent != nil {
		compiled.receiver = parent.receiver
	}
	for _, child := range written.Routes {
		below, ok := newRoute(child, compiled)
		if !ok {
			return nil, false
		}
		compiled.children = append(compiled.children, below)
	}
	return compiled, true
}

// each visits the node and all below it.
func (r *route) each(visit func(*route)) {
	visit(r)
	for _, child := range r.children {
		child.each(visit)
	}
}

// path are the matchers of the node and of all above it.
func (r *route) path() amlabels.Matchers {
	if r.parent == nil {
		return r.matchers
	}
	return slices.Concat(r.parent.path(), r.matchers)
}

// reach is a node at which an alert may arrive.
type reach struct {
	*route
	certain bool
}

// reached are the nodes at which an alert arrives, as dispatch.Route.Match walks the tree: the first child that matches, and the
// next ones while a child says continue; the node itself where no child matches.
func (r *route) reached(decide func(amlabels.Matchers) certainty) []reach {
	var all []reach
	for _, node := range tree.Reached(r, decide) {
		all = append(all, reach{node.Node, node.Certain})
	}
	return all
}

// tree is how matching walks routes.
var tree = matching.Tree[*route]{
	Matchers: func(r *route) amlabels.Matchers { return r.matchers },
	Children: func(r *route) []*route { return r.children },
	Continue: func(r *route) bool { return r.Continue },
}

// reachedBy are the nodes at which an alert may arrive.
func (r *routing) reachedBy(alert *Alert) []reach {
	return r.root.reached(func(matchers amlabels.Matchers) certainty { return decide(matchers, alert) })
}

// pages is how a receiver wakes people up; empty where it does not.
func (r *routing) pages(receiver string) string {
	found := r.receivers[receiver]
	if found == nil {
		return ""
	}
	for _, integration := range found.Integrations {
		if name := matching.Pages(integration.Kind); name != "" {
			return name
		}
	}
	return ""
}

// notifies reports whether a receiver sends anything anywhere.
func (r *routing) notifies(receiver string) bool {
	found := r.receivers[receiver]
	return found != nil && len(found.Integrations) > 0
}

// at is the place of a node.
func (r *route) at() Place { return Place{At: r.Pos, Owner: r.Pos, Name: r.receiver} }

// atMatcher is the place of the first matcher of a node that names a label, or the node's.
func (r *route) atMatcher(label string) Place {
	place := r.at()
	for _, text := range r.Matchers.Matchers {
		if matchers, err := parseMatchers(text.Value, "lint"); err == nil &&
			slices.ContainsFunc(matchers, func(m *amlabels.Matcher) bool { return m.Name == label }) {
			place.At = text.At()
			return place
		}
	}
	for _, pair := range slices.Concat(r.Matchers.Match, r.Matchers.MatchRE) {
		if pair.Name.Value == label {
			place.At = pair.Value.At()
			return place
		}
	}
	return place
}

// matcherText is matchers as Alertmanager writes them, for messages.
func matcherText(matchers amlabels.Matchers) string {
	if len(matchers) == 0 {
		return "everything"
	}
	texts := make([]string, len(matchers))
	for i, m := range matchers {
		texts[i] = m.String()
	}
	return strings.Join(texts, ", ")
}
