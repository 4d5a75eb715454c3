package read

import (
	"sort"
	"sync"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Text is a value of a file together with where each of its bytes stands in the file. The zero Text is a field that is
// not there.
type Text struct {
	Value string // decoded: without quotes, escapes, indentation
	at    *scalar
}

// scalar is where a value is written.
type scalar struct {
	source *source
	start  int // of its first byte in source, quotes and block headers included
	form   form
	once   sync.Once
	spans  spans
}

// form is the notation of a scalar.
type form uint8

const (
	formWhole   form = iota // no byte can be told from the others: base64
	formPlain               // YAML without quotes
	formSingle              // YAML in '
	formDouble              // YAML in "
	formLiteral             // YAML after |
	formFolded              // YAML after >
	formJSON                // JSON in "
	formBare                // JSON numbers and words
)

// IsZero reports whether the field is not there. An empty value that is there is not zero.
func (t Text) IsZero() bool { return t.at == nil && t.Value == "" }

// Pos is the place of Value[offset:offset+length] in the user's file, cut at the end of its first line there. An offset
// outside the value is moved to its nearest end. A Text that is in no file has no place.
func (t Text) Pos(offset, length int) diag.Pos {
	if t.at == nil {
		return diag.Pos{}
	}
	offset = min(max(offset, 0), len(t.Value))
	length = min(max(length, 0), len(t.Value)-offset)
	at := t.at
	at.once.Do(func() { at.spans = at.locate(t.Value) })
	if at.spans.empty() {
		return at.source.word(at.start)
	}
	start, end := at.spans.original(offset, offset+length)
	return at.source.pos(start, end)
}

// At is the place of the whole value, cut at the end of its first line; of a block scalar, its first line of text.
func (t Text) At() diag.Pos { return t.Pos(0, len(t.Value)) }

// Part is Value[from:to] as a text of its own, which knows its place.
func (t Text) Part(from, to int) Text {
	part := Text{Value: t.Value[from:to]}
	if t.at != nil {
		part.at = &scalar{source: newEmbedded(t), start: from, form: formBare}
	}
	return part
}

func (t Text) fileName() string {
	if t.at == nil {
		return ""
	}
	return t.at.source.file
}

// locate finds the bytes of the value in the source. Where they cannot be found the spans are empty, so that a place is
// coarse and never wrong.
func (s *scalar) locate(value string) spans {
	var b builder
	raw := s.source.text
	switch s.form {
	case formPlain:
		b.flow(raw, s.start, flowPlain, value)
	case formSingle:
		b.flow(raw, s.start, flowSingle, value)
	case formDouble:
		b.flow(raw, s.start, flowDouble, value)
	case formLiteral, formFolded:
		return locateBlock(raw, s.start, s.form == formLiteral, value)
	case formJSON:
		b.json(raw, s.start)
	case formBare:
		b.copied(raw, s.start, s.start+len(value))
	case formWhole:
		return nil
	}
	if string(b.decoded) != value {
		return nil
	}
	return b.finish()
}

// spans map offsets of a decoded text to offsets of the text that it was decoded from, in ascending order.
type spans []span

// span says that decoded bytes from here on were made from raw ones: one by one, or, of an escape, all from the same.
type span struct {
	decoded, raw int
	escaped      int // how many raw bytes all decoded bytes of this span come from; 0 where byte follows byte
}

func (s spans) empty() bool { return len(s) == 0 }

// original maps decoded[start:end] to the raw bytes from the first byte's start to the last byte's end. An end that is
// start marks no byte, only a place.
func (s spans) original(start, end int) (int, int) {
	from, to := s.byteAt(start)
	if end <= start {
		return from, from
	}
	if end > start+1 {
		_, to = s.byteAt(end - 1)
	}
	return from, max(from, to)
}

// byteAt is where one decoded byte comes from.
func (s spans) byteAt(offset int) (from, to int) {
	i := sort.Search(len(s), func(i int) bool { return s[i].decoded > offset }) - 1
	if i < 0 {
		return s[0].raw, s[0].raw
	}
	found := s[i]
	if found.escaped > 0 {
		return found.raw, found.raw + found.escaped
	}
	from = found.raw + offset - found.decoded
	return from, from + 1
}

// builder decodes a text and keeps where each byte came from.
type builder struct {
	decoded []byte
	spans   spans
	end     int // raw offset behind what was decoded last
}

// copied decodes raw[from:to] to itself.
func (b *builder) copied(raw string, from, to int) {
	to = min(to, len(raw))
	if from >= to {
		return
	}
	if last := len(b.spans) - 1; last < 0 || b.spans[last].escaped > 0 || b.spans[last].raw+len(b.decoded)-b.spans[last].decoded != from {
		b.spans = append(b.spans, span{decoded: len(b.decoded), raw: from})
	}
	b.decoded = append(b.decoded, raw[from:to]...)
	b.end = to
}

// made decodes the raw bytes from:to to something else.
func (b *builder) made(decoded string, from, to int) {
	if decoded == "" {
		return
	}
	b.spans = append(b.spans, span{decoded: len(b.decoded), raw: from, escaped: max(1, to-from)})
	b.decoded = append(b.decoded, decoded...)
	b.end = to
}

// finish adds where the text ends, for offsets behind its last byte.
func (b *builder) finish() spans {
	return append(b.spans, span{decoded: len(b.decoded), raw: b.end})
}
