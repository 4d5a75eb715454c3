package read

import (
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Ignore is a comment that silences findings of one code: # belfry: ignore CODE reason.
type Ignore struct {
	Code   string
	Reason string
	Pos    diag.Pos // of the comment
	CodeAt diag.Pos
	Line   int // the line whose findings it silences: its own, or the next one that is no comment where it stands alone
}

// Silences reports whether a finding of the code is silenced at one of the places, such as where a mistake is and where its
// rule starts.
func (i Ignore) Silences(code string, places ...diag.Pos) bool {
	return i.Code == code && slices.ContainsFunc(places, func(p diag.Pos) bool { return p.File == i.Pos.File && p.Line == i.Line })
}

// Ignores are the comments of all files.
type Ignores []Ignore

// Comments are looked for in the text and not in the YAML tree, so that those inside a PromQL expression count as well.
var (
	ignoreComment = regexp.MustCompile(`(?:^|\s)(#[ \t]*belfry:[ \t]*ignore\b[ \t]*)([^\s]*)[ \t]*(.*)$`)
	codeForm      = regexp.MustCompile(`^[a-z]+/[a-z-]+$`)
)

// collect finds the comments of a file, and reports those that lack the code or the reason.
func (all *Ignores) collect(s *source) diag.List {
	if !strings.Contains(s.text, "belfry:") {
		return nil
	}
	var findings diag.List
	lines := strings.Split(s.text, "\n")
	offset := 0
	for i, line := range lines {
		found := ignoreComment.FindStringSubmatchIndex(strings.TrimRight(line, "\r \t"))
		if found == nil {
			offset += len(line) + 1
			continue
		}
		code, reason := line[found[4]:found[5]], line[found[6]:found[7]]
		ignore := Ignore{Code: code, Reason: reason, Pos: s.pos(offset+found[2], offset+found[7]),
			CodeAt: s.pos(offset+found[4], offset+found[5]), Line: i + 1}
		offset += len(line) + 1
		switch {
		case strings.Contains(code, ","):
			findings = append(findings, diag.Diagnostic{Code: "read/ignore", Severity: diag.Warning, Pos: ignore.CodeAt,
				Message: "this comment names several codes, and ignores nothing",
				Help:    "write a comment for each code, on lines of their own above the line"})
		case !codeForm.MatchString(code):
			findings = append(findings, diag.Diagnostic{Code: "read/ignore", Severity: diag.Warning, Pos: ignore.Pos,
				Message: "this comment does not say which code it ignores", Help: "write # belfry: ignore CODE reason"})
		case reason == "":
			findings = append(findings, diag.Diagnostic{Code: "read/ignore", Severity: diag.Warning, Pos: ignore.Pos,
				Message: "this comment does not say why " + code + " is ignored, and ignores nothing", Help: "write the reason behind the code"})
		default:
			if strings.TrimSpace(line[:found[2]]) == "" {
				ignore.Line = nextLine(lines, i) + 1
			}
			*all = append(*all, ignore)
		}
	}
	return findings
}

// nextLine is the index of the first line behind i that is not a comment.
func nextLine(lines []string, i int) int {
	for i++; i < len(lines); i++ {
		if !strings.HasPrefix(strings.TrimSpace(lines[i]), "#") {
			break
		}
	}
	return i
}
