package diag

import (
	"fmt"
	"io"
	"strings"
)

// Escapes of workflow commands: of the text, and of the properties before it
// (github.com/actions/toolkit, packages/core/src/command.ts).
var (
	githubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func printGitHub(w io.Writer, list List, sources sources, options Options) error {
	out := &strings.Builder{}
	for _, d := range list {
		var properties []string
		add := func(name, value string) { properties = append(properties, name+"="+githubProperty.Replace(value)) }
		if d.Pos.IsValid() {
			add("file", options.fromRoot(d.Pos.File))
		}
		if d.Pos.IsValid() && d.Pos.Line > 0 {
			add("line", fmt.Sprint(d.Pos.Line))
			if start, end := sources.columns(d.Pos); start > 0 {
				add("col", fmt.Sprint(start))
				add("endColumn", fmt.Sprint(end-1))
			}
		}
		add("title", d.Code)
		lines := strings.Split(d.body(), "\n")
		for i := range lines {
			lines[i] = Clean(lines[i])
		}
		fmt.Fprintf(out, "::%s %s::%s\n", d.Severity, strings.Join(properties, ","), githubText.Replace(strings.Join(lines, "\n")))
	}
	_, err := io.WriteString(w, out.String())
	return err
}
