package lint

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/unit"
)

func TestPhrasesAreComparisonsWithANumber(t *testing.T) {
	for text, want := range map[string][]string{
		"Errors above 5 %":                         {`above 5 % = +5 percent`},
		"Latency is over 10s on {{ $labels.pod }}": {"over 10s = +10 s"},
		"More than 1,000 orders wait":              {"More than 1,000 = +1000 "},
		"Cost exceeds $300 per day":                {"exceeds $300 per day = +300 USD/d"},
		"exceeds the threshold of 99.5%":           {"exceeds the threshold of 99.5% = +99.5 percent"},
		"Memory is below 1.5GiB":                   {"below 1.5GiB = -1.5 GiB"},
		"There are >= 3 of them":                   {">= 3 = +3 "},
		"older than 1h30m":                         {"older than 1h30m = +5400 s"},
		"more than 10 minutes, under 20k":          {"more than 10 minutes = +10 min", "under 20k = -20000 "},
		"above 5xx, beyond 99th, over 2x, above p95, over 5-minute averages": nil,
		"it should be above 5, never below 3":                                nil,
		"above {{ $value }} and over {{ printf \"5\" }} 5":                   nil,
		"over the last 5m, in 3h and within 2 days":                          nil,
		"failed for more than 10 minutes":                                    nil,
	} {
		_, rest := spanPhrases(prose(text))
		var got []string
		for _, p := range phrases(rest) {
			sign := "-"
			if p.above {
				sign = "+"
			}
			got = append(got, fmt.Sprintf("%s = %s%v %v", text[p.offset:p.offset+p.length], sign, p.number, p.unit))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestSpanPhrasesAreHowLongSomethingLasts(t *testing.T) {
	type span struct {
		Text   string
		Span   time.Duration
		IsPast bool
	}
	for text, want := range map[string][]span{
		"down for 5m":                         {{"for 5m", 5 * time.Minute, false}},
		"down For More Than 1.5 hours.":       {{"For More Than 1.5 hours", 90 * time.Minute, false}},
		"failed in the last 1h30m on a pod":   {{"in the last 1h30m", 90 * time.Minute, true}},
		"over the past 2 days, for 10 min":    {{"over the past 2 days", 48 * time.Hour, true}, {"for 10 min", 10 * time.Minute, false}},
		"for 5 pods, over 5m, for 5 m-series": nil,
		"for {{ $value }} for 5":              nil,
	} {
		var got []span
		found, _ := spanPhrases(prose(text))
		for _, s := range found {
			got = append(got, span{text[s.offset : s.offset+s.length], s.span, s.isPast})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestAClaimIsTheUnitBesideANumber(t *testing.T) {
	for _, c := range []struct{ before, behind, want string }{
		{"", "% in use", "percent"}, {"", "ms.", "ms"}, {"", " seconds", "s"}, {"", "s", "s"}, {"", " minutes ago", "min"},
		{"costs $", " per day", "USD/d"}, {"€", "", "EUR"}, {"", " dollars", "USD"}, {"", "MiB/s", "MiB/s"}, {"", " bytes per second", "B/s"},
		{"", " errors", ""}, {"", "k", ""}, {"", "%%", ""}, {"", " smells", ""}, {"", "", ""},
	} {
		found, _ := claimOf(c.before, c.behind)
		if diff := cmp.Diff(c.want, found.unit.String()); diff != "" {
			t.Errorf("%q…%q (-want +got):\n%s", c.before, c.behind, diff)
		}
	}
}

func TestEveryWordForAUnitIsKnown(t *testing.T) {
	for _, word := range []string{
		"%", "percent", "millisecond", "milliseconds", "ms", "second", "seconds", "sec", "secs", "s", "microsecond", "us", "µs", "nanoseconds",
		"ns", "minute", "minutes", "min", "mins", "hour", "hours", "hr", "hrs", "h", "day", "days", "d", "week", "weeks", "byte", "bytes", "KiB",
		"TiB", "kB", "KB", "MB", "B", "bit", "bits", "millicore", "cores", "core", "USD", "EUR", "GBP", "dollar", "dollars", "euro", "euros",
		"month", "months",
	} {
		if u := spokenUnit(word); u == unit.None || u.Noun() != "" {
			t.Errorf("%q is %v", word, u)
		}
	}
}

func FuzzTextsAreReadWithoutPanic(f *testing.F) {
	for _, seed := range []string{"above 5 %", "for 1h30m in the last 10m", "over $1,000.5k", "{{ printf \"%.2f%%\" $value }}s", "above 5{{", "< 3 €5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed := parseTemplate(text)
		_, rest := spanPhrases(prose(text))
		for _, p := range phrases(rest) {
			if p.offset < 0 || p.length < 0 || p.offset+p.length > len(text) {
				t.Errorf("%q: a phrase at %d, %d bytes long", text, p.offset, p.length)
			}
		}
		if parsed.failure == nil {
			template := Template{Rule: &Rule{}, Nodes: parsed.nodes}
			template.printedValues()
			template.walk(nil)
		}
	})
}
