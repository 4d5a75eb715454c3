package yamltext_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml2 "go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/internal/yamltext"
)

// builder makes of entries what a parser of YAML makes of the document.
type builder struct {
	reader *yamltext.Reader
	next   yamltext.Entry
	more   bool
	known  bool
}

func (b *builder) advance() {
	if b.more = b.known && !b.reader.Done(); b.more {
		b.next, b.known = b.reader.Next()
		b.more = b.known
	}
}

// read returns the document, or false where the reader does not know it or its columns are not those of a tree.
func read(document string) (map[string]any, bool) {
	b := &builder{reader: yamltext.NewReader(document), known: true}
	b.advance()
	top := b.mapping(0, false)
	return top, b.known && !b.more
}

func (b *builder) mapping(column int, item bool) map[string]any {
	entries := map[string]any{}
	for b.more && b.next.Column == column && (!b.next.First || item && len(entries) == 0) {
		entry := b.next
		if _, twice := entries[entry.Key]; twice {
			b.known = false
		}
		b.advance()
		entries[entry.Key] = entry.Text
		if entry.Nested {
			entries[entry.Key] = b.below(column)
		}
	}
	b.known = b.known && len(entries) > 0
	return entries
}

func (b *builder) below(column int) any {
	child := b.next
	if !b.more || child.Column <= column+1 {
		b.known = false
		return nil
	}
	if !child.First {
		return b.mapping(child.Column, false)
	}
	items := []any{}
	for b.more && b.next.First && b.next.Column == child.Column {
		items = append(items, b.mapping(child.Column, true))
	}
	return items
}

// asJSON reads YAML with one of the parsers, into JSON's types.
func asJSON(t *testing.T, parse func([]byte, any) error, document string) (map[string]any, error) {
	t.Helper()
	var read any
	if err := parse([]byte(document), &read); err != nil {
		return nil, err
	}
	content, err := json.Marshal(textKeys(read))
	if err != nil {
		return nil, err
	}
	var result map[string]any
	return result, json.Unmarshal(content, &result)
}

// textKeys turns the maps of go.yaml.in/yaml/v2, whose keys are of any type, into JSON's. A key that is no string stays out.
func textKeys(value any) any {
	switch x := value.(type) {
	case map[any]any:
		texts := map[string]any{}
		for key, entry := range x {
			if text, ok := key.(string); ok {
				texts[text] = textKeys(entry)
			}
		}
		return texts
	case []any:
		for i := range x {
			x[i] = textKeys(x[i])
		}
	}
	return value
}

func checkReadAlike(t *testing.T, document string) bool {
	t.Helper()
	have, known := read(document)
	if !known {
		return false
	}
	for name, parse := range map[string]func([]byte, any) error{
		"go.yaml.in/yaml/v2": yaml2.UnmarshalStrict, "go.yaml.in/yaml/v3": yaml3.Unmarshal,
		"sigs.k8s.io/yaml": func(b []byte, v any) error { return sigs.UnmarshalStrict(b, v) },
	} {
		want, err := asJSON(t, parse, document)
		if err != nil {
			t.Errorf("%s refuses what was read: %v\n%s", name, err, document)
			continue
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s reads it otherwise (-want +have):\n%s\n%s", name, diff, document)
		}
	}
	return true
}

const document = `# Two lines
# of comment.
groups:
  - name: shop
    interval: 1h30m
    rules:
      - record: service:error_rate
        expr: 1 - (a / b)
        labels:
          "on": "yes"
      - alert: Down
        expr: |-
          up

            == 0
        note: 'it''s "down"'
  - name: other
    text: |
      a
      b
last: x
`

func TestWhatIsReadIsWhatParsersRead(t *testing.T) {
	if !checkReadAlike(t, document) {
		t.Fatal("the document is not known")
	}
	replacements := []string{"", " ", "  ", "x", "0", ":", ": ", "- ", "#", " #", "\"", "'", "\n", "\n\n", "\t", "|", ">", "{", "[", "&a ", "!", "no", "é", "\r", "\u0085", "\xff"}
	known := 0
	for at := 0; at < len(document); at += 2 {
		for _, replacement := range replacements {
			for _, length := range []int{0, 1, 2, 6} {
				if checkReadAlike(t, document[:at]+replacement+document[min(at+length, len(document)):]) {
					known++
				}
			}
		}
	}
	if known < 1000 {
		t.Errorf("only %d changed documents were known: the test does not try much", known)
	}
}

func TestTextsAreReadAsTheyWereWritten(t *testing.T) {
	known := 0
	for _, s := range seeds {
		if checkReadAlike(t, string(write(s))) {
			known++
		}
		checkReadAlike(t, "a: "+s+"\nb: x\n")
		checkReadAlike(t, s+": a\nb: x\n")
		checkReadAlike(t, "a: |\n  "+s+"\nb: x\n")
	}
	if known < len(seeds)/4 {
		t.Errorf("only %d of %d texts were known", known, len(seeds))
	}
}

func FuzzWhatIsReadIsWhatParsersRead(f *testing.F) {
	f.Add(document)
	for _, s := range seeds {
		f.Add(string(write(s)))
		f.Add("a: " + s + "\nb: x\n")
	}
	f.Fuzz(func(t *testing.T, text string) { checkReadAlike(t, text) })
}
