package lint

import (
	"slices"
	"text/template/parse"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// keyedFields are the fields of a notification that hold annotations or labels by their names.
var keyedFields = map[string]string{"Annotations": "annotation", "CommonAnnotations": "annotation", "Labels": "label",
	"CommonLabels": "label", "GroupLabels": "label"}

// misspeltKeys reports annotations and labels that a notification prints, that no alert of the files has, and that differ from one
// that they have by a slip.
func misspeltKeys(p *Pass, at Place, text read.Text, nodes parse.Node) {
	known := map[string][]string{"annotation": p.annotations(), "label": slices.Concat(p.alertLabels, usualLabels)}
	if len(p.Alerts) == 0 {
		return
	}
	eachPath(nodes, func(path []string, offset int) {
		for i, field := range path[:max(len(path)-1, 0)] {
			what, key := keyedFields[field], path[i+1]
			if what == "" || slices.Contains(known[what], key) {
				continue
			}
			slip := slices.IndexFunc(known[what], func(name string) bool { return diag.IsSlip(name, key) && !isSibling(name, key) })
			if slip >= 0 {
				at.At = text.Pos(indexFrom(text.Value, key, offset), len(key))
				p.Warn(at, "did you mean "+known[what][slip]+"?", "no alert of these files has the %s %s: it is printed as nothing", what, key)
			}
			return
		}
	})
}

// annotations are the names of those that alerts of the files have.
func (f *Files) annotations() []string {
	var names []string
	for _, a := range f.Alerts {
		for _, pair := range a.Annotations {
			names = append(names, pair.Name.Value)
		}
	}
	return distinct(names)
}

// eachPath visits the fields that a template names, such as Annotations, summary, with an offset in its text.
func eachPath(node parse.Node, visit func(path []string, offset int)) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, below := range n.Nodes {
			eachPath(below, visit)
		}
	case *parse.ActionNode:
		eachPath(n.Pipe, visit)
	case *parse.TemplateNode:
		eachPath(n.Pipe, visit)
	case *parse.IfNode:
		eachPathOfBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		eachPathOfBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		eachPathOfBranch(&n.BranchNode, visit)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, command := range n.Cmds {
			for _, argument := range command.Args {
				eachPath(argument, visit)
			}
		}
	case *parse.FieldNode:
		visit(n.Ident, int(n.Pos))
	case *parse.VariableNode:
		visit(n.Ident, int(n.Pos))
	case *parse.ChainNode:
		visit(n.Field, int(n.Pos))
		eachPath(n.Node, visit)
	}
}

func eachPathOfBranch(b *parse.BranchNode, visit func(path []string, offset int)) {
	eachPath(b.Pipe, visit)
	eachPath(b.List, visit)
	eachPath(b.ElseList, visit)
}
