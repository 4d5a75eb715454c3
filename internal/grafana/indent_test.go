package grafana

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzIndentedIsWhatJSONIndents compares the layout with that of Go's own package, for whatever compact JSON is.
func FuzzIndentedIsWhatJSONIndents(f *testing.F) {
	for _, seed := range []string{`{}`, `[]`, `"a\"b\\"`, `{"a":[1,{"b":[]},"{[,:"],"c":{}}`, `[[[]]]`, `-1.5e3`, `{"":"\\\\"}`, `null`} {
		f.Add([]byte(seed))
	}
	boards, err := filepath.Glob("../../out/grafana/dashboards/*.json")
	if err != nil || len(boards) == 0 {
		f.Fatal("no dashboards", err)
	}
	for _, board := range boards {
		content, err := os.ReadFile(board)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var compact, want bytes.Buffer
		if json.Compact(&compact, text) != nil {
			return
		}
		if err := json.Indent(&want, compact.Bytes(), "", "  "); err != nil {
			t.Fatal(err)
		}
		if got := indented(compact.Bytes()); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s\nis laid out as\n%s\nwant\n%s", compact.Bytes(), got, want.Bytes())
		}
	})
}
