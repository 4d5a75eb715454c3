package schema

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// shape is what the language allows at one place of a spec, read from the definitions. CUE decides whether a spec is
// right; the shape says in plain words what would have been.
type shape struct {
	definition   string // name with the leading #, where the shape has one
	basic        string // string, int, number, bool; empty for the others
	fields       []property
	elements     *shape // of a list
	values       *shape // of a map
	enum         []string
	pattern      *regexp.Regexp
	notEmpty     bool
	bounds       []bound
	want         string   // what the definition says it wants, such as `a duration such as "5m"`
	alternatives []*shape // where lists and structs are both possible
	fallback     string   // the default as CUE prints it, or empty
}

// property is one field of a struct.
type property struct {
	name     string
	doc      string
	required bool // it must be written
	optional bool // it may be left out and has no default
	shape    *shape
	typeText string
	embedded bool // it comes with an embedded definition
}

// bound is a limit of a number.
type bound struct {
	operator token.Token
	limit    float64
	text     string
}

// field returns the field called name.
func (s *shape) field(name string) (property, bool) {
	for _, field := range s.fields {
		if field.name == name {
			return field, true
		}
	}
	return property{}, false
}

// isStruct reports whether the shape is a struct with known fields.
func (s *shape) isStruct() bool { return len(s.fields) > 0 }

// at returns the shape that the language gives the segment below s, or nil where it gives none.
func (s *shape) at(segment segment) *shape {
	for _, alternative := range s.alternatives {
		if found := alternative.at(segment); found != nil {
			return found
		}
	}
	if segment.isIndex {
		return s.elements
	}
	if field, ok := s.field(segment.name); ok {
		return field.shape
	}
	return s.values
}

// language holds the shape of every definition by name.
var language = sync.OnceValue(func() map[string]*shape {
	reader := shapeReader{sources: map[string]ast.Expr{}, shapes: map[string]*shape{}}
	for _, file := range languageFiles() {
		for _, declaration := range file.Decls {
			if field, ok := declaration.(*ast.Field); ok {
				reader.sources[labelName(field.Label)] = field.Value
			}
		}
	}
	for name := range reader.sources {
		reader.definition(name)
	}
	return reader.shapes
})

// shapeReader turns the syntax of the definitions into shapes. The definitions do not refer to themselves.
type shapeReader struct {
	sources map[string]ast.Expr
	shapes  map[string]*shape
}

func (r *shapeReader) definition(name string) *shape {
	if known, ok := r.shapes[name]; ok {
		return known
	}
	source, ok := r.sources[name]
	if !ok {
		panic(fmt.Sprintf("the language refers to %s, which it does not define", name))
	}
	result := &shape{}
	r.read(source, result)
	result.definition = name
	r.shapes[name] = result
	return result
}

// read adds what the expression demands to the shape.
func (r *shapeReader) read(expression ast.Expr, into *shape) {
	switch x := expression.(type) {
	case *ast.Ident:
		r.identifier(x, into)
	case *ast.ParenExpr:
		r.read(x.X, into)
	case *ast.BasicLit:
		into.enum = append(into.enum, literalText(x))
		into.basic = literalKind(x)
	case *ast.UnaryExpr:
		r.limit(x, into)
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			r.choice(x, into)
			return
		}
		r.read(x.X, into)
		r.read(x.Y, into)
	case *ast.ListLit:
		into.elements = &shape{}
		if ellipsis, ok := x.Elts[0].(*ast.Ellipsis); ok {
			r.read(ellipsis.Type, into.elements)
		}
	case *ast.StructLit:
		r.structure(x, into)
	default:
		panic(fmt.Sprintf("the language uses %T, which the reader of shapes does not know", x))
	}
}

func (r *shapeReader) identifier(x *ast.Ident, into *shape) {
	if !strings.HasPrefix(x.Name, "#") {
		into.basic = x.Name
		return
	}
	fallback := into.fallback
	*into = *r.definition(x.Name)
	into.fallback = fallback
}

func (r *shapeReader) structure(x *ast.StructLit, into *shape) {
	for _, declaration := range x.Elts {
		switch d := declaration.(type) {
		case *ast.EmbedDecl:
			for _, field := range r.definition(d.Expr.(*ast.Ident).Name).fields {
				field.embedded = true
				into.fields = append(into.fields, field)
			}
		case *ast.Field:
			value := &shape{}
			r.read(d.Value, value)
			if _, isMap := d.Label.(*ast.ListLit); isMap {
				into.values = value
				continue
			}
			into.fields = append(into.fields, property{
				name: labelName(d.Label), doc: docOf(d), shape: value, typeText: typeText(d.Value),
				required: d.Constraint == token.NOT, optional: d.Constraint == token.OPTION,
			})
		}
	}
}

// limit reads an operator in front of a literal.
func (r *shapeReader) limit(x *ast.UnaryExpr, into *shape) {
	operand, ok := x.X.(*ast.BasicLit)
	if !ok {
		panic(fmt.Sprintf("the language limits by %T, which the reader of shapes does not know", x.X))
	}
	switch x.Op {
	case token.MAT:
		into.basic = "string"
		into.pattern = regexp.MustCompile(literalText(operand))
	case token.NEQ:
		into.notEmpty = true
	case token.SUB:
		into.enum = append(into.enum, "-"+operand.Value)
	default:
		limit, err := strconv.ParseFloat(operand.Value, 64)
		if err != nil {
			panic(err) // the language's own bounds are numbers
		}
		into.bounds = append(into.bounds, bound{x.Op, limit, operand.Value})
	}
}

// choice reads a disjunction: a default, an error that says what is wanted, an enumeration, or a list beside a struct.
func (r *shapeReader) choice(x *ast.BinaryExpr, into *shape) {
	var rest []*shape
	for _, operand := range operands(x) {
		if unary, ok := operand.(*ast.UnaryExpr); ok && unary.Op == token.MUL {
			into.fallback = sourceText(unary.X)
			operand = unary.X
			if _, isList := operand.(*ast.ListLit); isList {
				continue
			}
		}
		if call, ok := operand.(*ast.CallExpr); ok {
			into.want = strings.TrimPrefix(literalText(call.Args[0].(*ast.BasicLit)), "want ")
			continue
		}
		value := &shape{}
		r.read(operand, value)
		rest = append(rest, value)
	}
	fallback, want := into.fallback, into.want
	var enum []string
	var open []*shape
	for _, value := range rest {
		if len(value.enum) > 0 {
			enum = append(enum, value.enum...)
			into.basic = value.basic
			continue
		}
		open = append(open, value)
	}
	switch {
	case len(open) == 0:
		into.enum = enum
	case len(open) == 1:
		*into = *open[0]
	default:
		into.alternatives = open
	}
	into.fallback = fallback
	if want != "" {
		into.want = want
	}
}

// operands lists the operands of nested disjunctions from left to right.
func operands(expression ast.Expr) []ast.Expr {
	if binary, ok := expression.(*ast.BinaryExpr); ok && binary.Op == token.OR {
		return append(operands(binary.X), operands(binary.Y)...)
	}
	if group, ok := expression.(*ast.ParenExpr); ok {
		return operands(group.X)
	}
	return []ast.Expr{expression}
}

func literalText(x *ast.BasicLit) string {
	if x.Kind != token.STRING {
		return x.Value
	}
	text, err := literal.Unquote(x.Value)
	if err != nil {
		panic(err) // the parser accepted it
	}
	return text
}

func literalKind(x *ast.BasicLit) string {
	switch x.Kind {
	case token.STRING:
		return "string"
	case token.TRUE, token.FALSE:
		return "bool"
	default:
		return "int"
	}
}
