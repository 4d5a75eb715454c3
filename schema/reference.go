package schema

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"
)

// Definition is one definition of the language, as its reference documents it.
type Definition struct {
	Name   string   // with the leading #
	Doc    string   // the comment without its markers, one paragraph
	Type   string   // CUE of a definition that is no struct, without its error message; empty for a struct
	Want   string   // what the definition says it wants, such as `a duration such as "5m"`; empty for a struct
	Embeds []string // definitions whose fields belong to this one, with the leading #
	Fields []Field  // of a struct, in the order of the source
}

// Field is one field of a definition.
type Field struct {
	Name     string // as it is written; "[name]" stands for any name
	Type     string // CUE without the default and the error message; empty for a struct written in place
	Default  string // CUE; empty where there is none
	Doc      string
	Required bool
	Fields   []Field // of a struct written in place

	shape *shape
}

// Reference returns every definition of the language with its documentation: #Spec first, then in the order in which the
// files build on each other. An error means that a definition cannot be printed.
func Reference() ([]Definition, error) {
	var definitions []Definition
	for _, file := range languageFiles() {
		for _, declaration := range file.Decls {
			field, ok := declaration.(*ast.Field)
			if !ok {
				continue
			}
			definition := Definition{Name: labelName(field.Label), Doc: docOf(field)}
			structure, ok := field.Value.(*ast.StructLit)
			if !ok {
				definition.Type = typeText(field.Value)
				definition.Want = language()[definition.Name].want
				definitions = append(definitions, definition)
				continue
			}
			for _, element := range structure.Elts {
				if embed, ok := element.(*ast.EmbedDecl); ok {
					definition.Embeds = append(definition.Embeds, sourceText(embed.Expr))
				}
			}
			definition.Fields = referenceFields(structure, language()[definition.Name])
			definitions = append(definitions, definition)
		}
	}
	for _, definition := range definitions {
		if strings.Contains(definition.Type, unprintable) {
			return nil, fmt.Errorf("definition %s cannot be printed", definition.Name)
		}
	}
	return definitions, nil
}

func referenceFields(structure *ast.StructLit, parent *shape) []Field {
	var fields []Field
	for _, element := range structure.Elts {
		declaration, ok := element.(*ast.Field)
		if !ok {
			continue
		}
		field := Field{
			Name: labelName(declaration.Label), Doc: docOf(declaration), Required: declaration.Constraint == token.NOT,
			Type: typeText(declaration.Value), Default: defaultText(declaration.Value),
		}
		if known, ok := parent.field(field.Name); ok {
			field.shape = known.shape
		}
		if nested, ok := declaration.Value.(*ast.StructLit); ok && !isMap(nested) {
			field.Type, field.Fields = "", referenceFields(nested, field.shape)
		}
		fields = append(fields, field)
	}
	return fields
}

func isMap(structure *ast.StructLit) bool {
	return slices.ContainsFunc(structure.Elts, func(element ast.Decl) bool {
		field, ok := element.(*ast.Field)
		if !ok {
			return false
		}
		_, ok = field.Label.(*ast.ListLit)
		return ok
	})
}

// docOf returns the comment above a field as one paragraph.
func docOf(node ast.Node) string {
	var words []string
	for _, group := range ast.Comments(node) {
		if group.Doc {
			words = append(words, strings.Fields(group.Text())...)
		}
	}
	return strings.Join(words, " ")
}

// labelName returns a field's name, or "[name]" for a pattern that stands for any name.
func labelName(label ast.Label) string {
	name, _, err := ast.LabelName(label)
	if err != nil {
		return "[name]"
	}
	return name
}

// typeText prints a type without its default and without the error message that stands for every other value.
func typeText(expression ast.Expr) string {
	var kept []string
	hasDefault := false
	all := topOperands(expression)
	for _, operand := range all {
		if _, isMessage := operand.(*ast.CallExpr); isMessage {
			continue
		}
		if unary, ok := operand.(*ast.UnaryExpr); ok && unary.Op == token.MUL {
			hasDefault = true
			operand = unary.X
		}
		kept = append(kept, sourceText(operand))
	}
	if hasDefault && !isEnumeration(all) {
		kept = kept[1:] // the default is one of the values that the rest allows
	}
	return strings.Join(kept, " | ")
}

// isEnumeration reports whether a disjunction lists every value that is allowed.
func isEnumeration(all []ast.Expr) bool {
	return !slices.ContainsFunc(all, func(operand ast.Expr) bool {
		if unary, ok := operand.(*ast.UnaryExpr); ok && unary.Op == token.MUL {
			operand = unary.X
		}
		switch operand.(type) {
		case *ast.BasicLit, *ast.CallExpr:
			return false
		default:
			return true
		}
	})
}

func defaultText(expression ast.Expr) string {
	for _, operand := range topOperands(expression) {
		if unary, ok := operand.(*ast.UnaryExpr); ok && unary.Op == token.MUL {
			return sourceText(unary.X)
		}
	}
	return ""
}

// topOperands lists the operands of a disjunction that is not in parentheses.
func topOperands(expression ast.Expr) []ast.Expr {
	if binary, ok := expression.(*ast.BinaryExpr); ok && binary.Op == token.OR {
		return append(topOperands(binary.X), topOperands(binary.Y)...)
	}
	return []ast.Expr{expression}
}

// unprintable marks what the printer refused; Reference turns it into an error.
const unprintable = "\x00"

// sourceText prints an expression on one line.
func sourceText(expression ast.Expr) string {
	if list, ok := expression.(*ast.ListLit); ok && len(list.Elts) == 1 {
		if ellipsis, ok := list.Elts[0].(*ast.Ellipsis); ok && ellipsis.Type != nil {
			return "[..." + strings.TrimSpace(elementText(ellipsis.Type)) + "]"
		}
	}
	if structure, ok := expression.(*ast.StructLit); ok && len(structure.Elts) == 1 && isMap(structure) {
		return "[string]: " + typeText(structure.Elts[0].(*ast.Field).Value)
	}
	content, err := format.Node(expression)
	if err != nil {
		return unprintable
	}
	return strings.TrimSpace(string(content))
}

// elementText prints the type of a list's elements, in parentheses where it is a choice.
func elementText(expression ast.Expr) string {
	group, ok := expression.(*ast.ParenExpr)
	if !ok {
		return sourceText(expression)
	}
	return "(" + typeText(group.X) + ")"
}
