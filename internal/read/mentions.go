package read

// mentions collects the variables that a dashboard names: in any text, and where a panel or a row is repeated for each value.
// What the definition of a variable says of the variable itself does not count.
func (b *boardReader) mentions(n *node) {
	b.board.Mentions = map[string]bool{}
	definitions := n.get("templating", "list")
	for _, v := range definitions.list() {
		found := map[string]bool{}
		collect(v, nil, found)
		delete(found, v.get("name").scalar().Value)
		for name := range found {
			b.board.Mentions[name] = true
		}
	}
	collect(n, definitions, b.board.Mentions)
	for _, link := range n.get("links").list() {
		b.board.LinksPass = b.board.LinksPass || link.get("includeVars").isTrue()
	}
}

// collect goes through everything below a node but for one part.
func collect(n, without *node, found map[string]bool) {
	if n == nil || n == without {
		return
	}
	for _, name := range VariablesIn(n.text.Value) {
		found[name] = true
	}
	for _, item := range n.items {
		collect(item, without, found)
	}
	for _, f := range n.fields {
		for _, name := range VariablesIn(f.name.Value) {
			found[name] = true
		}
		if f.name.Value == "repeat" && f.value.is(kindScalar) {
			found[f.value.text.Value] = true
		}
		collect(f.value, without, found)
	}
}

// VariablesIn lists the variables that a text names, in their order. Numbers such as $1 are none.
func VariablesIn(text string) []string {
	var names []string
	for i := 0; i < len(text); {
		name, length := variableAt(text[i:])
		if length == 0 {
			i++
			continue
		}
		names = append(names, name)
		i += length
	}
	return names
}
