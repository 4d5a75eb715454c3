package prometheus

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/rulefmt"
	"go.yaml.in/yaml/v3"
)

// TestTheRuleFilesOfTheGoldenCasesAreReadWithoutAParserOfYAML holds the reader against what the writer writes today.
func TestTheRuleFilesOfTheGoldenCasesAreReadWithoutAParserOfYAML(t *testing.T) {
	files, err := filepath.Glob("../../golden/*/want/prometheus/rules.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list, ok := groupsList(data)
		if !ok {
			t.Fatalf("%s is more than a list of groups", file)
		}
		if have, ok := readGroups(string(list)); !ok {
			t.Errorf("%s is not read", file)
		} else if diff := cmp.Diff(decodeGroups(t, string(list)), have); diff != "" {
			t.Errorf("%s (-YAML +reader):\n%s", file, diff)
		}
	}
}

// decodeGroups reads a list of groups as Prometheus does.
func decodeGroups(t *testing.T, list string) []rulefmt.RuleGroup {
	t.Helper()
	var file rulefmt.RuleGroups
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(groupsKey + list)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatalf("the reader accepts, and YAML does not: %v\n%s", err, list)
	}
	return file.Groups
}

var readerSeed = strings.TrimPrefix(ruleFile, groupsKey) + `  - name: texts
    interval: 1m30s
    limit: 100
    rules:
      - record: a
        expr: |-
          sum(
            up
          )

          / 2
        labels:
          quoted: "a: b"
          single: 'it''s "b"'
          number: 1.10
      - alert: B
        expr: up == 0
        annotations:
          description: |
            Two lines,
            é.
`

// TestWhatIsReadIsWhatYAMLSays changes a list of groups at every place in many ways. What the reader takes, YAML takes with
// the same meaning.
func TestWhatIsReadIsWhatYAMLSays(t *testing.T) {
	replacements := []string{"", " ", "  ", "x", "0", ":", ": ", " #", "|", "|-", "~", "null", "<<", "\"", "'", "''", "\\", "\n", "\n\n", "\n ", "\n          ", "\t", "- ", "\r", "\u2028", "\ufeff", "\xff", "&a ", "*a", "!!int ", "[", "{", ",", "%", "@", "---\n", "5m"}
	read := 0
	for at := range len(readerSeed) {
		for _, replacement := range replacements {
			for _, length := range []int{0, 2} {
				changed := readerSeed[:at] + replacement + readerSeed[min(at+length, len(readerSeed)):]
				have, ok := readGroups(changed)
				if !ok {
					continue
				}
				read++
				if diff := cmp.Diff(decodeGroups(t, changed), have); diff != "" {
					t.Fatalf("at %d %q for %d bytes (-YAML +reader):\n%s\n%s", at, replacement, length, diff, changed)
				}
			}
		}
	}
	if read < 3000 {
		t.Errorf("only %d changed texts were read: the changes do not try much", read)
	}
}

func FuzzWhatIsReadIsWhatYAMLSays(f *testing.F) {
	f.Add(readerSeed)
	f.Fuzz(func(t *testing.T, text string) {
		have, ok := readGroups(text)
		if !ok {
			return
		}
		if diff := cmp.Diff(decodeGroups(t, text), have); diff != "" {
			t.Errorf("-YAML +reader:\n%s\n%s", diff, text)
		}
	})
}
