package templates

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Error is a mistake in a template that the user replaced and that shows only when the template is used.
// Codes: templates/execute, templates/go.
type Error struct {
	Finding diag.Diagnostic // an error; its position is the template's file and, where known, line
}

// Error prints the finding on one line.
func (e *Error) Error() string { return e.Finding.String() }

// located is how text/template begins its messages: the file's name, the line, and for execution the column.
var located = regexp.MustCompile(`^template: ([^:]*):(\d+):(?:(\d+):)? ?`)

// fileOf returns the name of the file that the error is in, or nothing where the error does not say.
func fileOf(err error) string {
	if match := located.FindStringSubmatch(err.Error()); match != nil {
		return match[1]
	}
	return ""
}

// finding moves the position that text/template prints into the diagnostic's own. Columns of text/template count from 0.
func finding(code, file string, err error) diag.Diagnostic {
	message, pos := err.Error(), diag.Pos{File: file}
	if match := located.FindStringSubmatch(message); match != nil {
		message = message[len(match[0]):]
		pos.Line, _ = strconv.Atoi(match[2])
		pos.Col = 1
		if column, err := strconv.Atoi(match[3]); err == nil {
			pos.Col = column + 1
		}
	}
	return diag.Diagnostic{
		Code: code, Severity: diag.Error, Pos: pos, Message: strings.TrimSpace(message),
		Help: "delete the file to return to the built-in template",
	}
}

func (s *Set) unknown(file, name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: "templates/unknown", Severity: diag.Error, Pos: diag.Pos{File: filepath.ToSlash(file)},
		Message: "there is no template " + strconv.Quote(name) + " to replace",
		Help:    "templates are " + strings.Join(s.names, ", "),
	}
}
