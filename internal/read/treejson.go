package read

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// parseJSON reads all values of a text. Those before a syntax error are returned, with the error as a diagnostic.
func parseJSON(s *source) ([]*node, diag.List) {
	parser := &jsonReader{source: s, decoder: json.NewDecoder(strings.NewReader(s.text))}
	parser.decoder.UseNumber()
	var documents []*node
	for {
		parser.document = int(parser.decoder.InputOffset())
		root, err := parser.value(0)
		if errors.Is(err, io.EOF) {
			return documents, parser.findings
		}
		if err != nil {
			return documents, append(parser.findings, parser.problem(err))
		}
		documents = append(documents, root)
	}
}

// jsonReader reads tokens and remembers where they stand: encoding/json says where a token ends, and between that and the
// next one there is nothing but white space, a comma or a colon.
type jsonReader struct {
	source   *source
	decoder  *json.Decoder
	document int // where the document starts that is being read
	findings diag.List
}

// errDepth is for documents nested too deep.
var errDepth = errors.New("nested too deep")

func (j *jsonReader) problem(err error) diag.Diagnostic {
	if errors.Is(err, errDepth) {
		return diag.Diagnostic{Code: "read/depth", Severity: diag.Error, Pos: j.source.word(int(j.decoder.InputOffset()) - 1),
			Message: fmt.Sprintf("lists and objects are nested more than %d levels deep", deepest), Help: tooDeep}
	}
	at, message := j.mistake(err)
	return diag.Diagnostic{Code: "read/syntax", Severity: diag.Error, Pos: j.source.pos(at, at+1), Message: "this is not valid JSON: " + message,
		Help: "look for a comma, a quote or a bracket too many or too few, here or just before"}
}

// mistake is where the document stops being JSON, and why. The offset of a decoder's error counts from one token or another, so
// that the document is looked at once more, as a whole.
func (j *jsonReader) mistake(err error) (int, string) {
	text := j.source.text
	var whole json.RawMessage
	var syntax *json.SyntaxError
	if !errors.As(json.Unmarshal([]byte(text[j.document:]), &whole), &syntax) {
		return int(j.decoder.InputOffset()), err.Error()
	}
	at := j.document + int(syntax.Offset) - 1
	if at >= len(text)-1 && errors.Is(err, io.ErrUnexpectedEOF) {
		return len(text) - 1, "it ends too early"
	}
	return at, syntax.Error()
}

// next reads a token and where it starts.
func (j *jsonReader) next() (json.Token, int, error) {
	start := int(j.decoder.InputOffset())
	token, err := j.decoder.Token()
	if err != nil {
		return nil, 0, err
	}
	text := j.source.text
	for start < len(text) && strings.IndexByte(" \t\r\n,:", text[start]) >= 0 {
		start++
	}
	return token, start, nil
}

func (j *jsonReader) value(depth int) (*node, error) {
	token, start, err := j.next()
	if err != nil {
		return nil, err
	}
	made := &node{source: j.source, start: start, weight: 1}
	switch token := token.(type) {
	case json.Delim:
		if depth > deepest {
			return nil, errDepth
		}
		return made, inside(j.container(made, token, depth))
	case string:
		made.kind, made.text = kindScalar, Text{Value: token, at: &scalar{source: j.source, start: start, form: formJSON}}
	case nil:
	default: // json.Number and bool are what is written
		end := int(j.decoder.InputOffset())
		made.kind, made.text = kindScalar, Text{Value: j.source.text[start:end], at: &scalar{source: j.source, start: start, form: formBare}}
	}
	return made, nil
}

// inside makes the end of the text an error: a list or an object is open.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (j *jsonReader) container(made *node, open json.Delim, depth int) error {
	made.kind = kindList
	if open == '{' {
		made.kind = kindMap
	}
	for j.decoder.More() {
		var name Text
		if made.kind == kindMap {
			token, start, err := j.next()
			if err != nil {
				return err
			}
			key, _ := token.(string)
			name = Text{Value: key, at: &scalar{source: j.source, start: start, form: formJSON}}
		}
		value, err := j.value(depth + 1)
		if err != nil {
			return err
		}
		if made.kind == kindMap {
			made.fields = append(made.fields, field{name, value})
		} else {
			made.items = append(made.items, value)
		}
	}
	var twice diag.List
	made.fields, twice = withoutRepeated(made.fields, diag.Warning)
	j.findings = append(j.findings, twice...)
	_, _, err := j.next()
	return err
}
