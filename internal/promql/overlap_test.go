package promql

import (
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
)

func TestAMatcherNamesAValueOfAPattern(t *testing.T) {
	for _, c := range []struct {
		op             labels.MatchType
		value, pattern string
		want           bool
	}{
		{labels.MatchEqual, "500", "[1-5]..", true},
		{labels.MatchEqual, "999", "[1-5]..", false},
		{labels.MatchNotEqual, "999", "[1-5]..", false},
		{labels.MatchEqual, "", "[1-5]..", true},
		{labels.MatchEqual, "anything", "", true},
		{labels.MatchRegexp, "5..", "[1-5]..", true},
		{labels.MatchRegexp, "9..", "[1-5]..", false},
		{labels.MatchRegexp, "5....", "[1-5]..", false},
		{labels.MatchNotRegexp, "9..|6..", "[1-5]..", false},
		{labels.MatchNotRegexp, "9..|4..", "[1-5]..", true},
		{labels.MatchRegexp, "|9..", "[1-5]..", true},
		{labels.MatchRegexp, ".*", "[1-5]..", true},
		{labels.MatchRegexp, "(?i)get|post", "[A-Z]+", true},
		{labels.MatchRegexp, "get|post", "[A-Z]+", false},
		{labels.MatchRegexp, "(?i)k", "\u212a", true}, // the sign of Kelvin
		{labels.MatchRegexp, "a\nb", "a.b", true},
		{labels.MatchRegexp, "[^a]", "a", false},
		{labels.MatchRegexp, `/api/v\d+/.*`, `/(api|admin)/.+`, true},
		{labels.MatchRegexp, `\d+`, `[a-z]*|x{2,5}y`, false},
		{labels.MatchRegexp, "a", "(", true}, // what is no pattern is reported elsewhere
	} {
		m := labels.MustNewMatcher(c.op, "label", c.value)
		if got := Names(m, c.pattern); got != c.want {
			t.Errorf("%s against %q: %v, want %v", m, c.pattern, got, c.want)
		}
	}
}

// FuzzOverlap holds that patterns which share no text have none in common that is tried.
func FuzzOverlap(f *testing.F) {
	f.Add("[1-5]..", "9..", "999")
	f.Add("(?i)a|bc*", "[A-Z]+", "BCC")
	f.Add(`a{2,4}\b`, "a+$", "aaa")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		left, err := regexp.Compile("^(?s:" + a + ")$")
		right, err2 := regexp.Compile("^(?s:" + b + ")$")
		if err != nil || err2 != nil || program(a) == nil || program(b) == nil {
			return
		}
		if left.MatchString(text) && right.MatchString(text) && !overlap(a, b) {
			t.Errorf("%q matches both %q and %q", text, a, b)
		}
		if !overlap(a, a) && left.MatchString(text) {
			t.Errorf("%q does not overlap with itself", a)
		}
	})
}
