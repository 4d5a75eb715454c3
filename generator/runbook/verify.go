package runbook

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify reads a page as a person would stumble over it: a fence that is not closed swallows the rest. What users write may
// hold braces and angle brackets of its own.
func Verify(a artifact.Artifact) error {
	if !utf8.Valid(a.Data) {
		return fmt.Errorf("%s: not UTF-8", a.Path)
	}
	fenced := false
	for line := range bytes.Lines(a.Data) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("```")) {
			fenced = !fenced
		}
	}
	if fenced {
		return fmt.Errorf("%s: a code block is not closed", a.Path)
	}
	return nil
}
