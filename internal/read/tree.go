package read

import (
	"iter"

	"github.com/belfry-dev/belfry/internal/diag"
)

// kind is what a value is made of.
type kind uint8

const (
	kindNull kind = iota
	kindScalar
	kindList
	kindMap
)

var kindNames = [...]string{kindNull: "empty", kindScalar: "a single value", kindList: "a list", kindMap: "a mapping"}

func (k kind) String() string { return kindNames[k] }

// node is a value of YAML or JSON. Aliases share the node that they stand for.
type node struct {
	kind   kind
	source *source
	start  int
	text   Text    // of a scalar
	items  []*node // of a list
	fields []field // of a mapping, without those that a later one of the same name replaces
	weight int     // how many nodes this one is with all aliases written out
}

// field is an entry of a mapping.
type field struct {
	name  Text
	value *node
}

// Value is a part of a file that has no type here, such as the options of a transformation. The zero Value is one that is
// not there, and asking it for more is fine.
type Value struct{ node *node }

// IsZero reports whether there is no value, or null.
func (v Value) IsZero() bool { return v.node == nil || v.node.kind == kindNull }

// Field follows names through mappings; zero where one is missing.
func (v Value) Field(names ...string) Value { return Value{v.node.get(names...)} }

// Items are the elements of a list; none of anything else.
func (v Value) Items() []Value {
	if v.node == nil {
		return nil
	}
	items := make([]Value, len(v.node.items))
	for i, item := range v.node.items {
		items[i] = Value{item}
	}
	return items
}

// Fields are the entries of a mapping in the order of the file; none of anything else.
func (v Value) Fields() iter.Seq2[Text, Value] {
	return func(yield func(Text, Value) bool) {
		if v.node == nil {
			return
		}
		for _, f := range v.node.fields {
			if !yield(f.name, Value{f.value}) {
				return
			}
		}
	}
}

// Text is the value of a scalar; zero of anything else.
func (v Value) Text() Text { return v.node.scalar() }

// Pos is where the value starts.
func (v Value) Pos() diag.Pos { return v.node.pos() }

func (n *node) get(names ...string) *node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		n = n.entry(name)
	}
	return n
}

func (n *node) entry(name string) *node {
	for _, f := range n.fields {
		if f.name.Value == name {
			return f.value
		}
	}
	return nil
}

// scalar is the text of a scalar; zero where there is none.
func (n *node) scalar() Text {
	if n == nil || n.kind != kindScalar {
		return Text{}
	}
	return n.text
}

// list are the elements of a list; none of anything else.
func (n *node) list() []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// is reports whether the node is there and of the kind.
func (n *node) is(k kind) bool { return n != nil && n.kind == k }

// isTrue reports whether a scalar says true.
func (n *node) isTrue() bool {
	switch n.scalar().Value {
	case "true", "True", "TRUE":
		return true
	}
	return false
}

func (n *node) pos() diag.Pos {
	switch {
	case n == nil:
		return diag.Pos{}
	case n.kind == kindScalar:
		return n.text.At()
	case n.kind == kindMap && len(n.fields) > 0 && n.source.byteAt(n.start) != '{':
		return n.fields[0].name.At()
	}
	return n.source.pos(n.start, n.start+1)
}

func (s *source) byteAt(offset int) byte {
	if offset >= len(s.text) {
		return 0
	}
	return s.text[offset]
}

// texts are the scalars of a list.
func (n *node) texts() []Text {
	var texts []Text
	for _, item := range n.list() {
		if item.kind == kindScalar {
			texts = append(texts, item.text)
		}
	}
	return texts
}

// Pair is an entry of a mapping of texts, such as a label.
type Pair struct {
	Name, Value Text
}

// Find returns the value under a name, or the zero Text.
func Find(pairs []Pair, name string) Text {
	for _, p := range pairs {
		if p.Name.Value == name {
			return p.Value
		}
	}
	return Text{}
}

// pairs are the entries of a mapping whose values are scalars; an empty value counts as "".
func (n *node) pairs() []Pair {
	if n == nil {
		return nil
	}
	var pairs []Pair
	for _, f := range n.fields {
		switch f.value.kind {
		case kindScalar:
			pairs = append(pairs, Pair{f.name, f.value.text})
		case kindNull:
			pairs = append(pairs, Pair{f.name, Text{at: f.name.at}})
		}
	}
	return pairs
}
