package check

import (
	"fmt"
	"strings"
)

// Text explains a code for a terminal: what is wrong, why it matters, an example and its correction.
func (c Code) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n\n%s.\n", c.Code, c.severities(), sentence(c.Doc.Summary))
	if c.Doc.Why != "" {
		fmt.Fprintf(&b, "%s\n", c.Doc.Why)
	}
	for _, example := range []struct{ title, text string }{{"Wrong", c.Bad}, {"Right", c.Good}} {
		if example.text != "" {
			fmt.Fprintf(&b, "\n%s:\n\n%s", example.title, indented(example.text))
		}
	}
	return b.String()
}

// Markdown is the page of all codes, docs/checks.md.
func Markdown() []byte {
	var b strings.Builder
	b.WriteString("# Diagnostics\n\n<!-- Generated from the checks and their test cases. To renew it: go test ./internal/check -update -->\n\n" +
		"Every finding has a code. `belfry explain CODE` prints what stands here. A warning can be accepted by name, with a\n" +
		"reason, under `accept` in the spec; an error cannot.\n")
	group := ""
	for _, name := range Codes() {
		c, _ := Explain(name)
		if first, _, _ := strings.Cut(name, "/"); first != group {
			group = first
			fmt.Fprintf(&b, "\n## %s\n", group)
		}
		fmt.Fprintf(&b, "\n### %s\n\n*%s* — %s.\n", c.Code, c.severities(), sentence(c.Doc.Summary))
		if c.Doc.Why != "" {
			fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(c.Doc.Why, "<", `\<`))
		}
		for _, example := range []struct{ title, text string }{{"Wrong", c.Bad}, {"Right", c.Good}} {
			if example.text != "" {
				fmt.Fprintf(&b, "\n%s:\n\n```%s\n%s```\n", example.title, c.Language, example.text)
			}
		}
	}
	return []byte(b.String())
}

func (c Code) severities() string {
	if c.Warns {
		return string(c.Severity) + ", or a warning where it is milder"
	}
	return string(c.Severity)
}

func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
