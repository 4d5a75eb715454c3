package mutation

import (
	"regexp"
	"strings"
)

// survivor is why mistakes of an operator at some sites are not reported. A test fails where one is reported after all, and
// where one survives that is not listed.
type survivor struct {
	operator string
	sites    string // a pattern of the file and the site
	harmless bool   // nothing is wrong then, or nothing that can be told from what is meant; it does not count
	reason   string
}

var survivors = []survivor{}

// reasonFor is the entry that lists a mutant; nil where none does.
func reasonFor(o operator, m mutant) *survivor {
	for i, s := range survivors {
		if s.operator == o.name && pattern(s.sites).MatchString(m.file.path+" "+m.site) {
			return &survivors[i]
		}
	}
	return nil
}

func pattern(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(text, " … ", ".*"))
}
