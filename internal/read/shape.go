package read

import (
	"fmt"

	"github.com/belfry-dev/belfry/internal/diag"
)

// field returns a field of a mapping if it has the kind that it must have; else nil. What is there and something else is
// reported, what is empty or missing is not.
func (r *recogniser) field(n *node, name string, want kind) *node {
	found := n.get(name)
	if found == nil || found.kind == want || found.kind == kindNull {
		return found
	}
	r.wrong(found, name, want)
	return nil
}

func (r *recogniser) wrong(found *node, name string, want kind) {
	r.findings = append(r.findings, diag.Diagnostic{Code: "read/shape", Severity: diag.Error, Pos: found.pos(),
		Message: fmt.Sprintf("%s must be %s, but this is %s", name, want, found.kind),
		Help:    "write " + want.String() + ", or look at the indentation"})
}

// scalar is the text of a field that must be a scalar.
func (r *recogniser) scalar(n *node, name string) Text { return r.field(n, name, kindScalar).scalar() }

// pairs are the entries of a field that must be a mapping of scalars.
func (r *recogniser) pairs(n *node, name string) []Pair {
	found := r.field(n, name, kindMap)
	if found == nil {
		return nil
	}
	for _, f := range found.fields {
		if f.value.kind > kindScalar {
			r.wrong(f.value, name+"."+f.name.Value, kindScalar)
		}
	}
	return found.pairs()
}

// maps are the elements of a field that must be a list of mappings.
func (r *recogniser) maps(n *node, name string) []*node {
	var maps []*node
	for _, item := range r.field(n, name, kindList).list() {
		switch item.kind {
		case kindMap:
			maps = append(maps, item)
		case kindNull:
		default:
			r.wrong(item, "each of "+name, kindMap)
		}
	}
	return maps
}

// texts are the elements of a field that must be a list of scalars.
func (r *recogniser) texts(n *node, name string) []Text {
	found := r.field(n, name, kindList)
	for _, item := range found.list() {
		if item.kind > kindScalar {
			r.wrong(item, "each of "+name, kindScalar)
		}
	}
	return found.texts()
}
