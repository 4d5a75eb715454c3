package runbook

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify reads a page as a person would stumble over it: text that no template has filled in, or a fence that is not
// closed and swallows the rest. Fenced blocks may hold templates of Prometheus.
func Verify(a artifact.Artifact) error {
	if !utf8.Valid(a.Data) {
		return fmt.Errorf("%s: not UTF-8", a.Path)
	}
	fenced := false
	for i, line := range bytes.Split(a.Data, []byte("\n")) {
		switch {
		case bytes.HasPrefix(bytes.TrimSpace(line), []byte("```")):
			fenced = !fenced
		case bytes.Contains(line, []byte("<no value>")):
			return fmt.Errorf("%s:%d: a value is missing", a.Path, i+1)
		case !fenced && bytes.Contains(line, []byte("{{")) && !bytes.Contains(line, []byte("`")):
			return fmt.Errorf("%s:%d: a template is not filled in", a.Path, i+1)
		}
	}
	if fenced {
		return fmt.Errorf("%s: a code block is not closed", a.Path)
	}
	return nil
}
