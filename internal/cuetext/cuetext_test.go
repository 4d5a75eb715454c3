package cuetext

import (
	"strings"
	"testing"

	"cuelang.org/go/cue/cuecontext"
)

// FuzzTexts writes any text as a value, as a name and as a comment: CUE reads back the same.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{"plain", `quo"ted`, `status=~"5.."`, "two\nlines", `\(x)`, `"#`, `""`, "", "\x00", "-", "a-b", "$x", "_hidden", "#Definition", "__x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := &Writer{}
		w.Comment(text)
		w.Line("%s: %s", Label(text), Quoted(text))
		read := cuecontext.New().CompileBytes(w.Source())
		if read.Err() != nil {
			t.Fatalf("%q becomes\n%s\n%v", text, w.Bytes(), read.Err())
		}
		fields, err := read.Fields()
		if err != nil || !fields.Next() {
			t.Fatalf("%q makes no field: %v\n%s", text, err, w.Bytes())
		}
		value, err := fields.Value().String()
		want := strings.ToValidUTF8(text, "\uFFFD")
		if err != nil || value != want && want == text {
			t.Errorf("%q is read as %q, %v", text, value, err)
		}
	})
}
