package schema

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// source is one of the user's files as it was read.
type source struct {
	name    string // as diagnostics print it
	path    string // absolute
	content []byte
	own     bool // it lies in the package's own folder, not in a parent
}

// place is what the user's files hold at one path of the spec.
type place struct {
	children map[segment]*place
	computed *place // children whose name or index is computed, by a comprehension or an interpolation
	label    diag.Pos
	value    diag.Pos // equal to label where the value is a struct or a list
}

func (p *place) child(step segment) *place {
	if p.children == nil {
		p.children = map[segment]*place{}
	}
	if p.children[step] == nil {
		p.children[step] = &place{}
	}
	return p.children[step]
}

func (p *place) computedChild() *place {
	if p.computed == nil {
		p.computed = &place{}
	}
	return p.computed
}

// find returns the place that a path leads to, and whether there is one.
func (p *place) find(path []segment) (*place, bool) {
	if len(path) == 0 {
		return p, true
	}
	for _, next := range []*place{p.children[path[0]], p.computed} {
		if next == nil {
			continue
		}
		if found, ok := next.find(path[1:]); ok {
			return found, true
		}
	}
	return nil, false
}

// placer records where the fields of a package's files stand. It reads syntax only: what a reference or a hidden field
// brings in has no place of its own and falls back to its parent.
type placer struct {
	root place
	file source
}

// newPlacer reads the files. A file that does not parse adds what could be read of it.
func newPlacer(files []source) *placer {
	p := &placer{}
	for _, file := range files {
		p.file = file
		syntax, err := parser.ParseFile(file.path, file.content)
		if syntax == nil && err != nil {
			continue
		}
		p.declarations(syntax.Decls, &p.root)
	}
	if len(files) > 0 {
		p.root.label = diag.Pos{File: files[0].name}
		p.root.value = p.root.label
	}
	return p
}

// position returns where the value at the path stands, or the label of its nearest parent and false.
func (p *placer) position(path []segment) (diag.Pos, bool) {
	if found, exact := p.root.find(path); exact && found.value.IsValid() {
		return found.value, true
	}
	at, _ := p.label(path)
	return at, false
}

// label returns where the name of the field at the path stands, or that of its nearest parent and false.
func (p *placer) label(path []segment) (diag.Pos, bool) {
	for end := len(path); ; end-- {
		if found, exact := p.root.find(path[:end]); exact && found.label.IsValid() || end == 0 {
			return found.label, end == len(path)
		}
	}
}

func (p *placer) declarations(declarations []ast.Decl, at *place) {
	for _, declaration := range declarations {
		switch d := declaration.(type) {
		case *ast.Field:
			p.field(d, at)
		case *ast.EmbedDecl:
			p.expression(d.Expr, at)
		case *ast.Comprehension:
			p.expression(d.Value, at)
		}
	}
}

func (p *placer) field(field *ast.Field, at *place) {
	label := ast.Node(field.Label)
	if alias, ok := label.(*ast.Alias); ok {
		label = alias.Expr
	}
	next := at
	switch x := label.(type) {
	case *ast.Ident, *ast.BasicLit:
		name, _, err := ast.LabelName(x.(ast.Label))
		if err != nil {
			return
		}
		_, quoted := x.(*ast.BasicLit)
		next = at.child(segment{name: name, hidden: !quoted && (strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#"))})
	default:
		next = at.computedChild()
	}
	p.mark(next, label, field.Value)
	p.expression(field.Value, next)
}

// mark records the first place of a field: the files are read in order, and later ones only add to it.
func (p *placer) mark(at *place, label, value ast.Node) {
	if at.label.IsValid() {
		return
	}
	at.label = p.span(label)
	at.value = at.label
	switch value.(type) {
	case *ast.StructLit, *ast.ListLit:
	default:
		at.value = p.span(value)
	}
}

func (p *placer) expression(expression ast.Node, at *place) {
	switch x := expression.(type) {
	case *ast.StructLit:
		p.declarations(x.Elts, at)
	case *ast.ParenExpr:
		p.expression(x.X, at)
	case *ast.Alias:
		p.expression(x.Expr, at)
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			p.expression(x.X, at)
			p.expression(x.Y, at)
		}
	case *ast.ListLit:
		p.elements(x, at)
	}
}

func (p *placer) elements(list *ast.ListLit, at *place) {
	afterComprehension := false
	for i, element := range list.Elts {
		value := ast.Node(element)
		comprehension, computed := element.(*ast.Comprehension)
		if computed {
			afterComprehension = true
			value = comprehension.Value
		}
		next := at.computedChild()
		if !afterComprehension {
			next = at.child(segment{index: i, isIndex: true})
		}
		p.mark(next, value, value)
		p.expression(value, next)
	}
}

// span is the part of the node's first line that the node covers.
func (p *placer) span(node ast.Node) diag.Pos {
	start, end := node.Pos(), node.End()
	if !start.IsValid() {
		return diag.Pos{}
	}
	position := diag.Pos{File: p.file.name, Line: start.Line(), Col: start.Column()}
	if _, isStruct := node.(*ast.StructLit); !isStruct && end.IsValid() && end.Line() == start.Line() {
		position.Len = end.Offset() - start.Offset()
	}
	return position
}
