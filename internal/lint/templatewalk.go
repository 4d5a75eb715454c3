package lint

import (
	"slices"
	"text/template/parse"
)

// labelUse is a label that a template reads of the alert's result.
type labelUse struct {
	name    string
	offset  int // of the name in the text
	guarded bool
}

// walker follows a template's actions and knows where the variables of the header can be seen.
type walker struct {
	text   string
	labels []labelUse
	// queries are the texts that the template sends to query as they are.
	queries []*parse.StringNode
	// pipes are visited where they print something, with what stands before and behind them.
	printed func(pipe *parse.PipeNode, before, behind string)
	// guards are the labels that the conditions around ask for.
	guards []string
	// shadowed are variables that the template declares anew.
	shadowed map[string]bool
	dotMoved bool // inside with and range, the dot is something else
}

// walk visits all nodes of a template.
func (t *Template) walk(printed func(pipe *parse.PipeNode, before, behind string)) *walker {
	w := &walker{text: t.Text.Value, printed: printed, shadowed: map[string]bool{}}
	if printed == nil {
		w.printed = func(*parse.PipeNode, string, string) {}
	}
	w.list(t.Nodes)
	return w
}

func (w *walker) list(nodes []parse.Node) {
	for i, node := range nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			w.pipe(n.Pipe)
			if len(n.Pipe.Decl) == 0 {
				w.printed(n.Pipe, textAt(nodes, i-1), textAt(nodes, i+1))
			}
		case *parse.IfNode:
			w.branch(&n.BranchNode, false)
		case *parse.WithNode:
			w.branch(&n.BranchNode, true)
		case *parse.RangeNode:
			w.branch(&n.BranchNode, true)
		}
	}
}

// textAt is the text node at an index; empty where something else stands there.
func textAt(nodes []parse.Node, i int) string {
	if i < 0 || i >= len(nodes) {
		return ""
	}
	if text, ok := nodes[i].(*parse.TextNode); ok {
		return string(text.Text)
	}
	return ""
}

func (w *walker) branch(b *parse.BranchNode, movesDot bool) {
	before, guards, moved := len(w.labels), len(w.guards), w.dotMoved
	w.pipe(b.Pipe)
	for i := before; i < len(w.labels); i++ {
		w.labels[i].guarded = true
		w.guards = append(w.guards, w.labels[i].name)
	}
	w.dotMoved = moved || movesDot
	w.list(b.List.Nodes)
	w.dotMoved = moved
	if b.ElseList != nil {
		w.list(b.ElseList.Nodes)
	}
	w.guards = w.guards[:guards]
}

func (w *walker) pipe(pipe *parse.PipeNode) {
	if pipe == nil {
		return
	}
	for i, command := range pipe.Cmds {
		w.command(command)
		if i > 0 && isQuery(command) {
			w.query(pipe.Cmds[i-1].Args[0])
		}
	}
	for _, declared := range pipe.Decl {
		w.shadowed[declared.Ident[0]] = true
	}
}

// isQuery reports a command that runs a query.
func isQuery(command *parse.CommandNode) bool {
	function, ok := command.Args[0].(*parse.IdentifierNode)
	return ok && function.Ident == "query"
}

func (w *walker) query(node parse.Node) {
	if text, ok := node.(*parse.StringNode); ok {
		w.queries = append(w.queries, text)
	}
}

func (w *walker) command(command *parse.CommandNode) {
	for _, argument := range command.Args {
		switch n := argument.(type) {
		case *parse.PipeNode:
			w.pipe(n)
		case *parse.ChainNode:
			if inner, ok := n.Node.(*parse.PipeNode); ok {
				w.pipe(inner)
			}
		case *parse.VariableNode, *parse.FieldNode:
			if path := w.path(n); len(path) >= 2 && path[0] == "Labels" {
				w.use(path[1], n)
			}
		}
	}
	if isQuery(command) && len(command.Args) == 2 {
		w.query(command.Args[1])
	}
	if len(command.Args) != 3 {
		return
	}
	function, isFunction := command.Args[0].(*parse.IdentifierNode)
	key, isText := command.Args[2].(*parse.StringNode)
	if isFunction && function.Ident == "index" && isText && slices.Equal(w.path(command.Args[1]), []string{"Labels"}) {
		w.use(key.Text, key)
	}
}

// path is what a node names inside the data of the alert, such as Labels, pod; nil where it names something else.
func (w *walker) path(node parse.Node) []string {
	switch n := node.(type) {
	case *parse.FieldNode:
		if !w.dotMoved {
			return n.Ident
		}
	case *parse.VariableNode:
		if w.shadowed[n.Ident[0]] {
			return nil
		}
		switch n.Ident[0] {
		case "$":
			return n.Ident[1:]
		case "$labels":
			return append([]string{"Labels"}, n.Ident[1:]...)
		case "$value":
			return append([]string{"Value"}, n.Ident[1:]...)
		}
	}
	return nil
}

func (w *walker) use(name string, node parse.Node) {
	w.labels = append(w.labels, labelUse{name: name, offset: indexFrom(w.text, name, offset(node)), guarded: slices.Contains(w.guards, name)})
}
