package lint

import (
	"slices"
	"strings"
	"text/template/parse"
	"unicode"
	"unicode/utf8"
)

// printedValue is an action that prints $value.
type printedValue struct {
	pipe    *parse.PipeNode
	filters []filter
	before  string // the text in front of the action
	behind  string
	offset  int // of the action in the text
	length  int
}

// filter is a function that a value is sent through.
type filter struct {
	name   string
	format string // of printf
	node   parse.Node
}

// printedValues are the actions of a template that print $value, with what stands around them.
func (t *Template) printedValues() []printedValue {
	if !strings.Contains(t.Text.Value, "alue") { // neither $value nor .Value
		return nil
	}
	var all []printedValue
	w := &walker{text: t.Text.Value, shadowed: map[string]bool{}}
	w.printed = func(pipe *parse.PipeNode, before, behind string) {
		filters, ok := w.filters(pipe)
		if !ok {
			return
		}
		start := strings.LastIndex(t.Text.Value[:max(min(offset(pipe), len(t.Text.Value)), 0)], "{{")
		printed := printedValue{pipe: pipe, filters: filters, before: before, behind: behind, offset: max(start, 0)}
		if end := strings.Index(t.Text.Value[printed.offset:], "}}"); end >= 0 {
			printed.length = end + 2
		}
		all = append(all, printed)
	}
	w.list(t.Nodes)
	return all
}

// around is what is printed beside the value: the text, and what a format adds.
func (p printedValue) around() (before, behind string) {
	before, behind = p.before, p.behind
	for _, f := range p.filters {
		if f.name == "printf" {
			head, tail, _ := cutVerb(f.format)
			before, behind = before+head, tail+behind
		}
	}
	return before, behind
}

// example is what the action prints for a value, with the sign before it and some of the text behind it.
func (p printedValue) example(value float64, more int) string {
	text := "{{" + p.pipe.String() + "}}" + p.behind[:min(more, len(p.behind))]
	if sign, _ := utf8.DecodeLastRuneInString(p.before); unicode.Is(unicode.Sc, sign) {
		text = string(sign) + text
	}
	return strings.TrimSpace(expandValue(text, value))
}

// filters are the functions that a pipeline sends $value through; false where it prints something else.
func (w *walker) filters(pipe *parse.PipeNode) ([]filter, bool) {
	first := pipe.Cmds[0]
	var filters []filter
	switch last := first.Args[len(first.Args)-1].(type) {
	case *parse.PipeNode:
		inner, ok := w.filters(last)
		if !ok {
			return nil, false
		}
		filters = inner
	default:
		if !slices.Equal(w.path(last), []string{"Value"}) {
			return nil, false
		}
	}
	if len(first.Args) > 1 {
		f, ok := filterOf(first, len(first.Args)-2)
		if !ok {
			return nil, false
		}
		filters = append(filters, f)
	}
	for _, command := range pipe.Cmds[1:] {
		f, ok := filterOf(command, len(command.Args)-1)
		if !ok {
			return nil, false
		}
		filters = append(filters, f)
	}
	return filters, true
}

// filterOf is the function of a command that has so many arguments beside the value. Only printf has any here, its format,
// which must print the value and nothing else.
func filterOf(command *parse.CommandNode, arguments int) (filter, bool) {
	function, ok := command.Args[0].(*parse.IdentifierNode)
	if !ok {
		return filter{}, false
	}
	f := filter{name: function.Ident, node: function}
	if function.Ident != "printf" {
		return f, arguments == 0
	}
	format, ok := command.Args[min(1, len(command.Args)-1)].(*parse.StringNode)
	if !ok || arguments != 1 {
		return filter{}, false
	}
	f.format = format.Text
	_, _, ok = cutVerb(f.format)
	return f, ok
}

// cutVerb splits a format at its only verb, with %% as it is printed; false where it has none or several.
func cutVerb(format string) (head, tail string, ok bool) {
	parts := [2]strings.Builder{}
	verbs := 0
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] != '%':
			parts[min(verbs, 1)].WriteByte(format[i])
		case i+1 < len(format) && format[i+1] == '%':
			parts[min(verbs, 1)].WriteByte('%')
			i++
		default:
			verbs++
			i++
			for i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0 {
				i++
			}
		}
	}
	return parts[0].String(), parts[1].String(), verbs == 1
}
