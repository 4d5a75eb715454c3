package unit

import (
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
)

// currencySymbols are the signs that everybody knows; other currencies print their code after the number.
var currencySymbols = []struct{ symbol, code string }{
	{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}, {"₹", "INR"}, {"₩", "KRW"},
}

// timeNames say what something is per, for people.
var timeNames = map[string]string{
	"ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second", "min": "minute", "h": "hour", "d": "day",
	"w": "week", "month": "month", "y": "year",
}

// Format prints a value in u for people: 0.05 of a ratio is "5 %", 10000 ms "10 s", 12.5 USD/d "$12.50 per day".
func (u Unit) Format(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return formatNumber(v)
	}
	s := u.spell()
	switch {
	case s.rest != (scale{}):
		return u.formatOdd(v)
	case u.time < -1 || u.time > 1 || u.time == 1 && u.over != "" || len(s.over) > 1:
		return strings.TrimSpace(formatNumber(v) + " " + u.String())
	}
	text := u.formatHead(v, s)
	for _, thing := range s.under {
		text += " per " + plainName(thing)
	}
	if u.time == -1 {
		text += " per " + timeNames[s.time]
	}
	return text
}

// formatOdd prints a value whose scale has no word in the base unit.
func (u Unit) formatOdd(v float64) string {
	value := u.scale.apply(v)
	u.scale = scale{}
	return u.Format(value)
}

// formatHead prints the value with what stands above the fraction bar.
func (u Unit) formatHead(v float64, s spelling) string {
	if u.time == 1 {
		return formatTime(power(wordScale(timeWords, s.time), 1).apply(v))
	}
	if len(s.over) == 0 {
		return formatNumber(v)
	}
	switch head := s.over[0]; {
	case head == "ratio":
		return formatNumber(scale{100, 0}.apply(v)) + " %"
	case head == "percent":
		return formatNumber(v) + " %"
	case u.over == dataWords[0].text:
		return formatData(v, head)
	case isCurrency(head):
		return formatMoney(v, head)
	case math.Abs(v) == 1:
		return formatNumber(v) + " " + singular(head)
	default:
		return formatNumber(v) + " " + head
	}
}

func wordScale(words []word, text string) scale {
	for _, one := range words {
		if one.text == text {
			return one.scale
		}
	}
	return scale{}
}

// formatTime prints seconds: with one unit below a minute, as a duration above.
func formatTime(seconds float64) string {
	if seconds < 0 {
		return "-" + formatTime(-seconds)
	}
	if rounded := math.Round(seconds); seconds >= 60 && rounded < math.MaxInt64/float64(time.Second) {
		return FormatDuration(time.Duration(rounded) * time.Second)
	}
	if seconds == 0 || seconds >= 1 {
		return formatNumber(seconds) + " s"
	}
	for _, small := range []word{{"ms", scale{1e3, 0}}, {"us", scale{1e6, 0}}, {"ns", scale{1e9, 0}}} {
		if value := small.scale.apply(seconds); value >= 1 || small.text == "ns" {
			return formatNumber(value) + " " + small.text
		}
	}
	return formatNumber(seconds) + " s"
}

// formatData prints bytes with the largest prefix that fits: binary, unless the unit is decimal.
func formatData(v float64, given string) string {
	if given == "bit" {
		return formatNumber(v) + " " + given
	}
	ladder := dataWords[0:6]
	for _, decimal := range dataWords[6:11] {
		if decimal.text == given {
			ladder = append([]word{dataWords[0]}, dataWords[6:11]...)
		}
	}
	bytes := wordScale(dataWords, given).apply(v)
	best := ladder[0]
	for _, one := range ladder {
		if math.Abs(bytes) >= one.scale.float() {
			best = one
		}
	}
	return formatNumber(best.scale.inverse().apply(bytes)) + " " + best.text
}

// formatMoney prints an amount: whole ones without decimals, others with as many as the currency has, and amounts below
// its smallest coin with the digits that count.
func formatMoney(v float64, code string) string {
	decimals := currencyDecimals(code)
	text := formatNumber(math.Abs(v))
	if rounded := math.Round(v); math.Abs(v-rounded) > 1e-9 && math.Abs(v) >= math.Pow10(-decimals) {
		text = groupThousands(strconv.FormatFloat(math.Abs(v), 'f', decimals, 64))
	}
	sign := ""
	if v < 0 {
		sign = "-"
	}
	for _, c := range currencySymbols {
		if c.code == code {
			return sign + c.symbol + text
		}
	}
	return sign + text + " " + code
}

// currencyDecimals returns how many decimals amounts of the currency have: 2 for USD, 0 for JPY.
func currencyDecimals(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	decimals, _ := currency.Standard.Rounding(unit)
	return decimals
}

// formatNumber prints a number that people would write down as it is, and rounds a measured one to four digits, never
// before the decimal point. Float noise beyond twelve digits is dropped.
func formatNumber(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	written := roundDigits(v, 12)
	if digits := strings.Trim(strings.Replace(strings.TrimPrefix(written, "-"), ".", "", 1), "0"); len(digits) > 8 {
		written = roundDigits(v, 4)
	}
	return groupThousands(written)
}

// roundDigits prints v with that many significant digits, or all digits before the point, without trailing zeros.
func roundDigits(v float64, significant int) string {
	if v == 0 {
		return "0"
	}
	before := int(math.Floor(math.Log10(math.Abs(v)))) + 1
	text := strconv.FormatFloat(v, 'f', max(0, significant-before), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// groupThousands puts commas between groups of three digits before the point.
func groupThousands(text string) string {
	whole, fraction, hasFraction := strings.Cut(text, ".")
	sign := ""
	if rest, ok := strings.CutPrefix(whole, "-"); ok {
		sign, whole = "-", rest
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasFraction {
		whole += "." + fraction
	}
	return sign + whole
}
