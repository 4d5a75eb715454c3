package generator

import (
	"path/filepath"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// RefusedError says why the writer touched nothing: a path that must not be written, something in the way on disk, or a
// manifest that cannot be trusted. The user can mend each of its findings. Codes: output/path, output/symlink,
// output/in-the-way, output/manifest.
type RefusedError struct {
	Findings diag.List // never empty, all errors; positions are files in the output folder
}

// Error prints each finding on one line, followed by what to do about it.
func (e *RefusedError) Error() string {
	lines := make([]string, 0, len(e.Findings))
	for _, finding := range e.Findings {
		line := finding.String()
		if finding.Help != "" {
			line += "; " + finding.Help
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func finding(out, path, code, message, help string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: code, Severity: diag.Error, Pos: diag.Pos{File: display(out, path)}, Message: message, Help: help,
	}
}

// display is a path inside the output folder as the user would type it.
func display(out, path string) string {
	return filepath.ToSlash(filepath.Join(out, filepath.FromSlash(path)))
}
