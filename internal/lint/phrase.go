package lint

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/unit"
)

// phrase is what a text says of a threshold: "above 5 %", "less than 3 replicas".
type phrase struct {
	above     bool
	inclusive bool // "at least 5"
	number    float64
	precision float64 // half of the last digit's place: what rounding may have taken
	unit      unit.Unit
	hasUnit   bool
	behind    string // the text behind the number and its unit
	offset    int
	length    int
}

// spanPhrase is what a text says of a duration: "for 5m", "over the last 10 minutes".
type spanPhrase struct {
	span   time.Duration
	isPast bool // "in the last 10 minutes": how far the expression looks back
	offset int
	length int
}

const (
	moreWords = `above|over|more than|greater than|higher than|larger than|longer than|older than|beyond|exceeds?|exceeded|` +
		`exceeding|at least`
	lessWords = `below|under|less than|lower than|fewer than|smaller than|shorter than|at most`
	spanWords = `milliseconds?|ms|seconds?|secs?|sec|s|minutes?|mins?|min|m|hours?|hrs?|hr|h|days?|d|weeks?|w`
	spanText  = `((?:\d+(?:\.\d+)? ?(?:` + spanWords + `))+)`
)

var (
	// comparingWords has the groups: words for more, words for less, currency sign, number.
	comparingWords = regexp.MustCompile(`(?:(\b(?:` + moreWords + `)|>=?)|(\b(?:` + lessWords + `)|<=?)) ?` +
		`(?:(?:the|its|a) )?(?:(?:threshold|limit|target) (?:of )?)?([$€£]?)(\d[\d,]*(?:\.\d+)?)`)
	// turned are words before a comparison that say what should be, or what is not.
	turned = regexp.MustCompile(`\b(?:should|shall|must|expected?|target|objective|goal|ought|needs?|required?|recommended|` +
		`stays?|keep|not|no|never|isn't|until|unless|normally|usually|back)\b`)
	// spans has the groups: preposition, what makes it past, what makes it longer, duration.
	spans = regexp.MustCompile(`\b(for|in|over|within|during) ((?:the )?(?:last|past|previous) )?` +
		`((?:more than|over|at least|longer than) )?` + spanText + `(?:$|[^\pL\pN_-])`)
	onePart = regexp.MustCompile(`^(\d+(?:\.\d+)?) ?(` + spanWords + `)`)
)

// prose is a template's text with its actions blanked out, so that places stay what they are; empty where no number follows
// a word.
func prose(text string) string {
	blanked := []byte(text)
	numbers := false
	for i := 0; i < len(blanked); i++ {
		if strings.HasPrefix(text[i:], "{{") {
			end := len(text)
			if length := strings.Index(text[i:], "}}"); length >= 0 {
				end = i + length + len("}}")
			}
			for ; i < end; i++ {
				blanked[i] = 0
			}
			i--
			continue
		}
		numbers = numbers || i > 0 && blanked[i] >= '0' && blanked[i] <= '9' && strings.IndexByte(" $<>=", text[i-1]) >= 0 ||
			strings.HasPrefix(text[i:], "€") || strings.HasPrefix(text[i:], "£")
	}
	if !numbers {
		return ""
	}
	return string(blanked)
}

// lowered is a text with A to Z as small letters: places stay what they are.
func lowered(text string) string {
	small := []byte(text)
	for i, c := range small {
		if c >= 'A' && c <= 'Z' {
			small[i] = c + 'a' - 'A'
		}
	}
	return string(small)
}

// spanPhrases finds the durations that a text says something lasts or is looked back on, and blanks them out of the text.
func spanPhrases(text string) (found []spanPhrase, rest string) {
	rest = text
	lower := lowered(text)
	for _, at := range spans.FindAllStringSubmatchIndex(lower, -1) {
		span, ok := parseSpan(lower[at[8]:at[9]])
		word := lower[at[2]:at[3]]
		isPast := at[4] >= 0
		if ok && (word == "for" || isPast) {
			found = append(found, spanPhrase{span: span, isPast: isPast, offset: at[2], length: at[9] - at[2]})
		}
		if word != "over" || isPast { // "over 10 s" may be a threshold
			rest = rest[:at[2]] + strings.Repeat("\x00", at[9]-at[2]) + rest[at[9]:]
		}
	}
	return found, rest
}

// parseSpan reads a duration as people write it: "5m", "1h30m", "10 minutes".
func parseSpan(text string) (time.Duration, bool) {
	var sum float64
	for text != "" {
		found := onePart.FindStringSubmatch(text)
		if found == nil {
			return 0, false
		}
		number, err := strconv.ParseFloat(found[1], 64)
		word := found[2]
		if word == "m" {
			word = "min"
		}
		seconds, ok := spokenUnit(word).Convert(number, unit.Second)
		if err != nil || !ok {
			return 0, false
		}
		sum += seconds
		text = text[len(found[0]):]
	}
	return time.Duration(math.Round(sum * float64(time.Second))), true
}

// phrases finds what a text, without its actions, says that something is above or below.
func phrases(text string) []phrase {
	var all []phrase
	lower := lowered(text)
	for _, at := range comparingWords.FindAllStringSubmatchIndex(lower, -1) {
		word := at[2:4]
		if word[0] < 0 {
			word = at[4:6]
		}
		if turned.MatchString(sentenceBefore(lower[:word[0]])) {
			continue
		}
		said := lower[word[0]:word[1]]
		one := phrase{above: at[2] >= 0, inclusive: strings.HasPrefix(said, "at ") || strings.HasSuffix(said, "="), offset: word[0]}
		if one.read(text[at[6]:at[7]], text[at[8]:at[9]], text[at[9]:]) {
			one.length = len(text) - len(one.behind) - one.offset
			all = append(all, one)
		}
	}
	return all
}

// sentenceBefore is what stands before a word in its sentence.
func sentenceBefore(text string) string { return text[strings.LastIndexAny(text, ".;:\n")+1:] }

// read takes the number and its unit; false where it is none, as in "above 5xx".
func (p *phrase) read(sign, digits, behind string) bool {
	number, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimRight(digits, ","), ",", ""), 64)
	if err != nil {
		return false
	}
	p.number, p.precision, p.behind = number, 0.5, behind
	if _, fraction, ok := strings.Cut(digits, "."); ok {
		p.precision = 0.5 / math.Pow10(len(fraction))
	}
	if said, ok := claimOf(sign, behind); ok {
		p.unit, p.hasUnit, p.behind = said.unit, true, behind[said.length:]
		return true
	}
	if found := multiplier.FindStringSubmatch(behind); found != nil {
		factor := map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6}[found[1]]
		p.number, p.precision, p.behind = number*factor, p.precision*factor, behind[1:]
		return true
	}
	if span := onePart.FindString(digits + behind); strings.HasPrefix(span, digits) && span != "" {
		// Minutes, and durations of several parts.
		all := wholeSpan.FindStringSubmatch(digits + behind)
		if all == nil {
			return false
		}
		duration, ok := parseSpan(all[1])
		p.number, p.unit, p.hasUnit, p.precision = duration.Seconds(), unit.Second, true, 0
		p.behind = behind[len(all[1])-len(digits):]
		return ok
	}
	return behind == "" || !wordStart.MatchString(behind)
}

var (
	// wordStart is a letter right behind a number: "5xx", "99th", "2x", "5-minute".
	wordStart = regexp.MustCompile(`^(?:[\pL\pN_×^]|-[\pL\pN])`)
	// multiplier is behind a number of thousands or millions.
	multiplier = regexp.MustCompile(`^([kKM])(?:$|[^\pL\pN_])`)
	// wholeSpan is a duration, perhaps of several parts.
	wholeSpan = regexp.MustCompile(`^` + spanText + `(?:$|[^\pL\pN_])`)
)
