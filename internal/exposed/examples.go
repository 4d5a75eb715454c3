package exposed

import "embed"

// examples are the test cases of the codes, so that what is shown is what is tested: expositions of the service in shop.cue.
//
//go:embed testdata
var examples embed.FS

// Example is one side, bad or good, of a code's example, as an exposition; empty where it has none.
func Example(code, side string) string {
	content, err := examples.ReadFile("testdata/" + code + "/" + side + ".txt")
	if err != nil {
		return ""
	}
	return string(content)
}
