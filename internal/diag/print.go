package diag

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Format is how findings are printed, as --format takes it.
type Format string

// The formats.
const (
	Text   Format = "text"   // for people: position, message, the source line with a caret, notes and help, a summary
	JSON   Format = "json"   // for programs: the shape of Report
	GitHub Format = "github" // workflow commands that annotate the files of a pull request
	SARIF  Format = "sarif"  // SARIF 2.1.0, for code scanning
	JUnit  Format = "junit"  // a JUnit report, for CI systems that show tests
)

// Formats lists every format, the default first.
func Formats() []Format { return []Format{Text, JSON, GitHub, SARIF, JUnit} }

// Options are what the printers need besides the findings. The zero value prints without colour and reads files from disk.
type Options struct {
	// Color allows ANSI colours in text.
	Color bool
	// Status follows the counts in the summary of text, such as "31 of 33 expressions fully typed".
	Status string
	// ReadFile gives the source lines of excerpts; nil reads from disk. Files that cannot be read have no excerpt.
	ReadFile func(file string) ([]byte, error)
	// Folder is where the working folder lies below the root of the repository, with slashes; empty for the root itself. Formats that
	// something reads for the whole repository, GitHub and SARIF, name files from there.
	Folder string
	// Describe says in a sentence what a code means, for the rules of SARIF; nil leaves the sentence out.
	Describe func(code string) string
}

// Print writes the findings in the order of the list. Errors are those of the writer.
func Print(w io.Writer, format Format, list List, options Options) error {
	if options.ReadFile == nil {
		options.ReadFile = os.ReadFile
	}
	sources := newSources(options.ReadFile)
	switch format {
	case Text:
		return printText(w, list, sources, options)
	case JSON:
		return printJSON(w, list)
	case GitHub:
		return printGitHub(w, list, sources, options)
	case SARIF:
		return printSARIF(w, list, sources, options)
	case JUnit:
		return printJUnit(w, list)
	default:
		return fmt.Errorf("diag: no printer for format %q", format)
	}
}

// fromRoot names a file of the working folder from the repository's root.
func (o Options) fromRoot(file string) string {
	if o.Folder == "" || path.IsAbs(file) || filepath.IsAbs(file) {
		return file
	}
	return path.Join(o.Folder, file)
}

// Summary counts the findings: "2 errors, 1 warning", or "no findings".
func (l List) Summary() string {
	counts := make([]string, 0, 2)
	for _, severity := range []Severity{Error, Warning} {
		switch n := l.Count(severity); n {
		case 0:
		case 1:
			counts = append(counts, "1 "+string(severity))
		default:
			counts = append(counts, fmt.Sprintf("%d %ss", n, severity))
		}
	}
	if len(counts) == 0 {
		return "no findings"
	}
	return strings.Join(counts, ", ")
}

// body is the message with its path, notes and help, a line each, for formats that have one text a finding.
func (d Diagnostic) body() string {
	lines := make([]string, 0, 2+len(d.Notes))
	if d.Path != "" {
		lines = append(lines, d.Path+": "+d.Message)
	} else {
		lines = append(lines, d.Message)
	}
	lines = append(lines, d.Notes...)
	if d.Help != "" {
		lines = append(lines, "help: "+d.Help)
	}
	return strings.Join(lines, "\n")
}
