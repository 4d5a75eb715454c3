package templates

import "strings"

// lineWidth is how many bytes a line of a comment or docstring has at most, without what marks it as one, unless one word is longer.
const lineWidth = 112

// Wrap breaks a text into lines of a comment. There is always one.
func Wrap(text string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > lineWidth {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
