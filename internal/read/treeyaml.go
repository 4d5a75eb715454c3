package read

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/diag"
)

const (
	// deepest is how many levels of lists and mappings a document may have: far more than any rule file or dashboard.
	deepest = 500
	// mostNodes is how many values a document may have with its aliases written out; a file below the size limit has less.
	mostNodes = 20_000_000
	// tooDeep is what to do about a file that is nested deeper than that.
	tooDeep = "no rule file or dashboard is nested like that: look for brackets that are never closed"
)

// parseYAML reads all documents of a text. Those before a syntax error are returned, with the error as a diagnostic.
func parseYAML(s *source) ([]*node, diag.List) {
	parser := &yamlReader{source: s, marks: newMarks(s.text), done: map[*yaml.Node]*node{}, open: map[*yaml.Node]bool{}}
	decoder := yaml.NewDecoder(strings.NewReader(s.text))
	var documents []*node
	for {
		document, err := decodeYAML(decoder)
		if errors.Is(err, io.EOF) {
			return documents, parser.findings
		}
		if err != nil {
			return documents, append(parser.findings, parser.syntax(err))
		}
		if len(document.Content) == 0 {
			continue
		}
		if root := parser.node(document.Content[0], 0); root != nil && !parser.refused {
			documents = append(documents, root)
		}
		parser.refused = false
	}
}

// decodeYAML reads the next document. The parser is given what anybody may have written: should it ever panic, that is an
// error like its others.
func decodeYAML(decoder *yaml.Decoder) (document *yaml.Node, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("yaml: %v", problem)
		}
	}()
	document = &yaml.Node{}
	return document, decoder.Decode(document)
}

// yamlReader turns the nodes of package yaml into nodes.
type yamlReader struct {
	source   *source
	marks    *marks
	done     map[*yaml.Node]*node // of anchors
	open     map[*yaml.Node]bool  // anchors that are being read: an alias to one of them has no end
	findings diag.List
	refused  bool // the document is left out
}

var yamlProblem = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)

// syntax turns the parser's error into a diagnostic. It has a line in the text of the error, or none.
func (y *yamlReader) syntax(err error) diag.Diagnostic {
	message, at := err.Error(), diag.Pos{File: y.source.file}
	help := "the mistake may stand a few lines above: look for indentation, tabs and quotes"
	if parts := yamlProblem.FindStringSubmatch(message); parts != nil {
		message = parts[2]
		if line, _ := strconv.Atoi(parts[1]); line > 0 {
			start := y.marks.at(line, 1)
			if tab, ok := tabFrom(y.source.text, start, message); ok {
				at, help = y.source.pos(tab, tab+1), "YAML is indented with spaces: replace the tab"
			} else {
				at = y.source.word(y.source.afterBlanks(start))
			}
		}
	}
	return diag.Diagnostic{Code: "read/syntax", Severity: diag.Error, Pos: at, Message: "this is not valid YAML: " + message, Help: help}
}

// tabFrom is the tab that the parser complains of: it gives the line at which the text around the tab begins, and the tab
// stands in front of the words of that line or of a later one.
func tabFrom(text string, start int, message string) (int, bool) {
	switch {
	case strings.Contains(message, "tab character"):
	case strings.Contains(message, "cannot start any token"): // of which a tab is one, in the line that is given
		text = text[:start+len(firstLine(text[start:]))]
	default:
		return 0, false
	}
	for line := range strings.Lines(text[start:]) {
		indentation := line[:len(line)-len(strings.TrimLeft(line, " -\t"))]
		if tab := strings.IndexByte(indentation, '\t'); tab >= 0 {
			return start + tab, true
		}
		start += len(line)
	}
	return 0, false
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func (y *yamlReader) refuse(code string, at diag.Pos, message, help string) *node {
	if !y.refused {
		y.findings = append(y.findings, diag.Diagnostic{Code: code, Severity: diag.Error, Pos: at, Message: message, Help: help})
	}
	y.refused = true
	return nil
}

// node converts one value; nil once the document is refused.
func (y *yamlReader) node(from *yaml.Node, depth int) *node {
	if y.refused {
		return nil
	}
	if from.Kind == yaml.AliasNode {
		return y.alias(from)
	}
	made := &node{source: y.source, start: y.marks.at(from.Line, from.Column), weight: 1}
	if depth > deepest {
		return y.refuse("read/depth", made.pos(), fmt.Sprintf("lists and mappings are nested more than %d levels deep", deepest), tooDeep)
	}
	if from.Anchor != "" {
		y.open[from] = true
		defer delete(y.open, from)
		y.done[from] = made
	}
	switch from.Kind {
	case yaml.ScalarNode:
		y.scalar(from, made)
	case yaml.SequenceNode:
		made.kind = kindList
		for _, item := range from.Content {
			if child := y.node(item, depth+1); child != nil {
				made.items, made.weight = append(made.items, child), made.weight+child.weight
			}
		}
	case yaml.MappingNode:
		made.kind = kindMap
		y.mapping(from, made, depth)
	}
	if made.weight > mostNodes {
		return y.refuse("read/aliases", y.source.word(made.start),
			fmt.Sprintf("aliases make this more than %d million values", mostNodes/1_000_000), "write out what the aliases stand for")
	}
	return made
}

func (y *yamlReader) alias(from *yaml.Node) *node {
	if y.open[from.Alias] {
		return y.refuse("read/aliases", y.source.word(y.marks.at(from.Line, from.Column)),
			fmt.Sprintf("the alias *%s stands inside what it refers to", from.Value), "write out what the alias stands for")
	}
	return y.done[from.Alias]
}

func (y *yamlReader) scalar(from *yaml.Node, made *node) {
	made.start = y.afterProperties(from, made.start)
	if from.Tag == "!!null" && from.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
		return
	}
	made.kind = kindScalar
	at := &scalar{source: y.source, start: made.start, form: formPlain}
	switch {
	case from.Style&yaml.LiteralStyle != 0:
		at.form = formLiteral
	case from.Style&yaml.FoldedStyle != 0:
		at.form = formFolded
	case from.Style&yaml.DoubleQuotedStyle != 0:
		at.form = formDouble
	case from.Style&yaml.SingleQuotedStyle != 0:
		at.form = formSingle
	}
	made.text = Text{Value: from.Value, at: at}
}

// afterProperties skips the anchor and the tag in front of a scalar.
func (y *yamlReader) afterProperties(from *yaml.Node, start int) int {
	if from.Anchor == "" && from.Style&yaml.TaggedStyle == 0 {
		return start
	}
	text := y.source.text
	for start < len(text) {
		switch c := text[start]; {
		case c == '&' || c == '!':
			for start < len(text) && !isBlank(text[start]) && breakWidth(text[start:]) == 0 {
				start++
			}
		case c == '#':
			for start < len(text) && breakWidth(text[start:]) == 0 {
				start++
			}
		case isBlank(c) || breakWidth(text[start:]) > 0:
			start++
		default:
			return start
		}
	}
	return start
}

func (y *yamlReader) mapping(from *yaml.Node, made *node, depth int) {
	var merged []*node
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := y.node(from.Content[i], depth+1), y.node(from.Content[i+1], depth+1)
		if key == nil || value == nil {
			return
		}
		made.weight += key.weight + value.weight
		if from.Content[i].Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		name := key.text
		if key.kind != kindScalar { // a mapping or nothing as a key: no reader asks for it
			name = Text{at: &scalar{source: y.source, start: key.start}}
		}
		made.fields = append(made.fields, field{name, value})
	}
	var twice diag.List
	made.fields, twice = withoutRepeated(made.fields, diag.Error)
	y.findings = append(y.findings, twice...)
	for _, value := range merged {
		made.merge(value)
	}
}

// merge adds the fields that a merge key (<<) brings: what is there stays, and of several the first wins.
func (n *node) merge(value *node) {
	sources := []*node{value}
	if value.kind == kindList {
		sources = value.items
	}
	have := map[string]bool{}
	for _, f := range n.fields {
		have[f.name.Value] = true
	}
	for _, from := range sources {
		for _, f := range from.fields {
			if !have[f.name.Value] {
				have[f.name.Value] = true
				n.fields = append(n.fields, f)
			}
		}
	}
}

// withoutRepeated keeps the last of fields with the same name, as most readers do, and reports the others.
func withoutRepeated(fields []field, severity diag.Severity) ([]field, diag.List) {
	last := make(map[string]int, len(fields))
	for i, f := range fields {
		last[f.name.Value] = i
	}
	if len(last) == len(fields) {
		return fields, nil
	}
	var kept []field
	var findings diag.List
	for i, f := range fields {
		later := last[f.name.Value]
		if later == i {
			kept = append(kept, f)
			continue
		}
		findings = append(findings, diag.Diagnostic{Code: "read/duplicate-key", Severity: severity, Pos: fields[later].name.At(),
			Message: fmt.Sprintf("%q stands twice in the same mapping", f.name.Value),
			Notes:   []string{fmt.Sprintf("also at %s", f.name.At())}, Help: "keep one of them"})
	}
	return kept, findings
}
