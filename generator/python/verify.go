package python

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify holds generated Python against what Python's tokenizer refuses of any file: text that is not UTF-8, null bytes, and
// tabs among the spaces of an indentation. That the code compiles, passes mypy and exposes what the spec declares is what its own
// generated test shows, for which there must be a Python.
func Verify(a artifact.Artifact) error {
	switch {
	case !utf8.Valid(a.Data):
		return fmt.Errorf("%s is not UTF-8", a.Path)
	case bytes.ContainsAny(a.Data, "\x00\t\r"):
		return fmt.Errorf("%s has a null byte, a tab or a carriage return", a.Path)
	}
	return nil
}
