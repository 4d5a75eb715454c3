package matching

import "github.com/prometheus/alertmanager/pkg/labels"

// Tree says how to walk nodes of a routing tree, of whatever type they are.
type Tree[N any] struct {
	Matchers func(N) labels.Matchers // the node's own
	Children func(N) []N
	Continue func(N) bool
}

// Reach is a node at which an alert may end.
type Reach[N any] struct {
	Node    N
	Certain bool
}

// Reached are the nodes at which an alert ends, as dispatch.Route.Match walks the tree: the first child that matches, and the
// next ones while a child says continue; the node itself where no child matches.
func (t Tree[N]) Reached(root N, decide func(labels.Matchers) Certainty) []Reach[N] {
	return t.walk(root, decide, Yes)
}

// walk looks at a node that an alert reaches if it reaches its parent, which is as certain as arriving says.
func (t Tree[N]) walk(node N, decide func(labels.Matchers) Certainty, arriving Certainty) []Reach[N] {
	here := min(arriving, decide(t.Matchers(node)))
	if here == No {
		return nil
	}
	var all []Reach[N]
	looking, caught := here, No // whether the alert comes to the next child, and whether one has taken it
	for _, child := range t.Children(node) {
		if looking == No {
			break
		}
		all = append(all, t.walk(child, decide, looking)...)
		taken := decide(t.Matchers(child))
		caught = max(caught, taken)
		if !t.Continue(child) && taken != No {
			looking = min(Maybe, Yes-taken)
		}
	}
	if caught != Yes {
		all = append(all, Reach[N]{node, here == Yes && caught == No})
	}
	return all
}
