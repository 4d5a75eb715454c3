package instrument

import (
	"encoding/hex"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode"
)

// initialisms are the words that Go code writes in capitals: those of Go's own style checkers, and those of services
// that are monitored. Changing the table renames methods in the code of users.
var initialisms = map[string]bool{
	"acl": true, "ai": true, "api": true, "ascii": true, "aws": true, "cpu": true, "css": true, "db": true, "dns": true,
	"eof": true, "gc": true, "gcp": true, "gpu": true, "grpc": true, "guid": true, "html": true, "http": true,
	"https": true, "id": true, "io": true, "ip": true, "json": true, "jwt": true, "llm": true, "os": true, "qps": true,
	"ram": true, "rpc": true, "sha": true, "sla": true, "slo": true, "smtp": true, "sql": true, "ssh": true, "tcp": true, "tls": true,
	"ttl": true, "udp": true, "ui": true, "uid": true, "uri": true, "url": true, "uuid": true, "vm": true, "xml": true,
}

// words splits a name where Go allows no character of it. A name without a letter or digit is spelled by its bytes.
func words(name string) []string {
	found := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(found) > 0 {
		return found
	}
	if name == "" {
		return []string{"empty"}
	}
	return []string{"x" + hex.EncodeToString([]byte(name))}
}

// exported makes a name for other packages of words: "http_requests" is HTTPRequests, "1.5" is X1_5.
func exported(parts []string) string {
	name := joined(parts, true)
	if first := []rune(name)[0]; !unicode.IsUpper(first) {
		return "X" + name
	}
	return name
}

// unexported makes a name for the package itself: "http_requests" is httpRequests.
func unexported(parts []string) string {
	name := joined(parts, false)
	if first := []rune(name)[0]; unicode.IsDigit(first) || unicode.IsUpper(first) {
		return "x" + name
	}
	return name
}

// joined capitalises the words, the first one only where it is told to. Two digits that a separator kept apart stay apart.
func joined(parts []string, capitalFirst bool) string {
	var name strings.Builder
	last := ' '
	for i, part := range parts {
		letters := []rune(part)
		switch {
		case i == 0 && !capitalFirst && (initialisms[strings.ToLower(part)] || part == strings.ToUpper(part)):
			letters = []rune(strings.ToLower(part))
		case i == 0 && !capitalFirst:
			letters[0] = unicode.ToLower(letters[0])
		case initialisms[part]:
			letters = []rune(strings.ToUpper(part))
		default:
			letters[0] = unicode.ToUpper(letters[0])
		}
		if unicode.IsDigit(last) && unicode.IsDigit(letters[0]) {
			name.WriteByte('_')
		}
		name.WriteString(string(letters))
		last = letters[len(letters)-1]
	}
	return name.String()
}

// scope knows the names that are taken.
type scope map[string]bool

func newScope(reserved ...string) scope {
	taken := scope{}
	for _, name := range reserved {
		taken[name] = true
	}
	return taken
}

// take returns the first candidate that is free, or the last with the lowest number from 2 on that is free after it.
func (s scope) take(candidates ...string) string {
	for _, candidate := range candidates {
		if s.free(candidate) {
			s[candidate] = true
			return candidate
		}
	}
	last := candidates[len(candidates)-1]
	for n := 2; ; n++ {
		if candidate := last + strconv.Itoa(n); s.free(candidate) {
			s[candidate] = true
			return candidate
		}
	}
}

// free reports whether the name can be used: not taken, no keyword and nothing that the language itself declares.
func (s scope) free(name string) bool {
	return !s[name] && token.IsIdentifier(name) && types.Universe.Lookup(name) == nil
}
