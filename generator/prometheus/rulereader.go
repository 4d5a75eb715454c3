package prometheus

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// readGroups reads groups that are laid out as the rule writer lays them out: each field on a line, at its indentation, in
// any order, as a scalar on that line or a block literal. It is false for whatever it does not know for sure, which is
// then left to a parser of YAML; that takes ten times as long. Tests hold the two together.
func readGroups(text string) ([]rulefmt.RuleGroup, bool) {
	if !clean(text) || !strings.HasSuffix(text, "\n") {
		return nil, false
	}
	r := &groupReader{rest: text}
	var groups []rulefmt.RuleGroup
	for r.next(); !r.ended; {
		group, ok := r.group()
		if !ok {
			return nil, false
		}
		groups = append(groups, group)
	}
	return groups, true
}

// groupReader reads line by line.
type groupReader struct {
	rest  string
	line  string // the current one
	ended bool   // there is no current line
}

// Where the parts of a rule file stand.
const (
	atGroup      = "  - "
	atGroupField = "    "
	atRule       = "      - "
	atRuleField  = "        "
	atEntry      = "          "
)

func (r *groupReader) next() {
	r.ended = r.rest == ""
	r.line, r.rest, _ = strings.Cut(r.rest, "\n")
}

func (r *groupReader) group() (group rulefmt.RuleGroup, ok bool) {
	if group.Name, ok = r.field(atGroup, "name"); !ok {
		return group, false
	}
	if strings.HasPrefix(r.line, atGroupField+"interval:") {
		if group.Interval, ok = r.duration(atGroupField, "interval"); !ok {
			return group, false
		}
	}
	if text, given := strings.CutPrefix(r.line, atGroupField+"limit: "); given {
		limit, err := strconv.ParseUint(text, 10, 31)
		if err != nil || text[0] == '0' { // which begins an octal number
			return group, false
		}
		group.Limit = int(limit)
		r.next()
	}
	if r.ended || r.line != atGroupField+"rules:" {
		return group, false
	}
	for r.next(); !r.ended && strings.HasPrefix(r.line, atRule); {
		rule, ok := r.rule()
		if !ok {
			return group, false
		}
		group.Rules = append(group.Rules, rule)
	}
	return group, len(group.Rules) > 0
}

func (r *groupReader) rule() (rule rulefmt.Rule, ok bool) {
	if strings.HasPrefix(r.line, atRule+"record:") {
		rule.Record, ok = r.field(atRule, "record")
	} else {
		rule.Alert, ok = r.field(atRule, "alert")
	}
	if !ok {
		return rule, false
	}
	seen := map[string]bool{}
	for !r.ended && strings.HasPrefix(r.line, atRuleField) {
		name, _, _ := strings.Cut(r.line[len(atRuleField):], ":")
		if seen[name] {
			return rule, false
		}
		seen[name] = true
		switch name {
		case "expr":
			rule.Expr, ok = r.field(atRuleField, name)
		case "for":
			rule.For, ok = r.duration(atRuleField, name)
		case "keep_firing_for":
			rule.KeepFiringFor, ok = r.duration(atRuleField, name)
		case "labels":
			rule.Labels, ok = r.entries(name)
		case "annotations":
			rule.Annotations, ok = r.entries(name)
		default:
			ok = false
		}
		if !ok {
			return rule, false
		}
	}
	return rule, true
}

// entries reads a map of texts.
func (r *groupReader) entries(name string) (map[string]string, bool) {
	if r.line != atRuleField+name+":" {
		return nil, false
	}
	entries := map[string]string{}
	for r.next(); !r.ended && strings.HasPrefix(r.line, atEntry); {
		key, _, _ := strings.Cut(r.line[len(atEntry):], ":")
		if _, twice := entries[key]; twice || !isWord(key) {
			return nil, false
		}
		text, ok := r.field(atEntry, key)
		if !ok {
			return nil, false
		}
		entries[key] = text
	}
	return entries, len(entries) > 0
}

// field reads the current line, and those of a block literal, where it is the named field.
func (r *groupReader) field(before, name string) (string, bool) {
	rest, ok := strings.CutPrefix(r.line, before)
	if ok {
		rest, ok = strings.CutPrefix(rest, name)
	}
	if ok {
		rest, ok = strings.CutPrefix(rest, ": ")
	}
	if !ok || r.ended {
		return "", false
	}
	r.next()
	if rest == "|" || rest == "|-" {
		return r.block(len(before)+len("  "), rest == "|")
	}
	return scalar(rest)
}

func (r *groupReader) duration(before, name string) (model.Duration, bool) {
	text, ok := r.field(before, name)
	d, err := model.ParseDuration(text)
	return d, ok && err == nil
}

// block reads the lines of a block literal, which stand indent spaces from the left or further.
func (r *groupReader) block(indent int, ends bool) (string, bool) {
	var text strings.Builder
	margin := strings.Repeat(" ", indent)
	for !r.ended && (r.line == "" || strings.HasPrefix(r.line, margin)) {
		content := strings.TrimPrefix(r.line, margin)
		if text.Len() == 0 && (content == "" || content[0] == ' ') {
			return "", false // the parser of YAML takes the indentation from the first line
		}
		text.WriteString(content)
		text.WriteByte('\n')
		r.next()
	}
	read := text.String()
	if read == "" || strings.HasSuffix(read, "\n\n") {
		return "", false
	}
	if !ends {
		read = strings.TrimSuffix(read, "\n")
	}
	return read, true
}

// scalar reads a text on one line.
func scalar(text string) (string, bool) {
	if text == "" || text[len(text)-1] == ' ' {
		return "", false
	}
	switch quote := text[:1]; quote {
	case `"`, `'`:
		inner, closed := strings.CutSuffix(text[1:], quote)
		if quote == `'` {
			unquoted := strings.ReplaceAll(inner, "''", "")
			return strings.ReplaceAll(inner, "''", "'"), closed && !strings.Contains(unquoted, "'")
		}
		return inner, closed && !strings.ContainsAny(inner, `"\`)
	}
	first := text[0]
	starts := first == '_' || first == '(' || first == '/' || 'a' <= first && first <= 'z' || 'A' <= first && first <= 'Z' || '0' <= first && first <= '9'
	plain := starts && text[len(text)-1] != ':' && !strings.Contains(text, ": ") && !strings.Contains(text, " #") && !strings.EqualFold(text, "null")
	return text, plain
}

// isWord reports whether a text is a key without quotes, of a length that YAML allows (YAML 1.1 §9.3.2).
func isWord(text string) bool {
	return len(text) <= 1024 && model.LegacyValidation.IsValidLabelName(text) && !strings.EqualFold(text, "null")
}

// clean reports whether a text has nothing that YAML takes for a line break besides the usual one, and nothing that it
// refuses or skips, such as control characters and byte order marks.
func clean(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError || r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfffe {
				return false
			}
			i += size - 1
		case c < ' ' && c != '\n', c == 0x7f:
			return false
		}
	}
	return true
}
