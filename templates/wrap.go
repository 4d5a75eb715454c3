package templates

import "strings"

// CommentWidth is how many bytes a line of a comment or docstring has at most, without what marks it as one.
const CommentWidth = 112

// Wrap breaks a text into lines of at most so many bytes, unless one word is longer. There is always one.
func Wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
