package lint

import (
	"embed"
	"regexp"
)

// examples are the test cases of the codes, so that what is shown is what is tested.
//
//go:embed testdata
var examples embed.FS

// wanted are the marks in the test cases.
var wanted = regexp.MustCompile(`(?m)^# want .*\n|[ \t]*# want .*$`)

// Example is one side, bad or good, of a code's example, in YAML; empty where it has none.
func Example(code, side string) string {
	content, err := examples.ReadFile("testdata/" + code + "/" + side + ".yaml")
	if err != nil {
		return ""
	}
	return wanted.ReplaceAllString(string(content), "")
}
