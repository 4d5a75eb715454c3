package unit

import (
	"strconv"
	"strings"
	"time"
)

// Quantity is a number with its unit, as a user wrote it.
type Quantity struct {
	Value   float64 // in Unit; never NaN or infinite
	Unit    Unit
	HasUnit bool   // false for a bare number, whose Unit is None
	Text    string // as written
}

// ParseQuantity reads a number with its unit, such as "5%", "1h30m", "300 USD" or "500 tickets", or a bare number. A
// Prometheus duration of several parts is in seconds. Errors are *SyntaxError.
func ParseQuantity(text string) (Quantity, error) {
	if err := refuse(text); err != nil {
		return Quantity{}, err
	}
	quantity := Quantity{HasUnit: true, Text: text}
	sign, size := 1.0, text
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, size = -1, rest
	}
	digits, spelled := cutNumber(size)
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || strings.HasPrefix(digits, ".") || strings.HasSuffix(digits, ".") {
		return Quantity{}, syntax(text, "is no number with a unit")
	}
	quantity.Value = sign * number
	if quantity.Value == 0 {
		quantity.Value = 0 // never minus zero
	}
	if spelled == "" {
		quantity.HasUnit = false
		return quantity, nil
	}
	if spelled == "m" && size == digits+spelled { // in a Prometheus duration, m is minutes
		spelled = "min"
	}
	if size == digits+spelled && strings.ContainsAny(spelled, "0123456789") { // a duration, or an exponent such as 1e5
		duration, err := ParseDuration(size)
		if err != nil {
			return Quantity{}, syntax(text, "is no number with a unit")
		}
		quantity.Value, quantity.Unit = sign*float64(duration/time.Millisecond)/1000, Second
		return quantity, nil
	}
	quantity.Unit, err = Parse(spelled)
	if err != nil {
		return Quantity{}, &SyntaxError{Text: text, Reason: "has no unit that is known", Advice: err.(*SyntaxError).Advice}
	}
	return quantity, nil
}

// refuse finds what people write first and Belfry does not read, to say what to write instead.
func refuse(text string) error {
	if len(text) > maxText {
		return syntax(text, "is too long for a quantity")
	}
	for _, c := range currencySymbols {
		if rest, ok := strings.CutPrefix(text, c.symbol); ok {
			return &SyntaxError{Text: text, Reason: "has a currency sign",
				Advice: "write the currency's code after the number: " + strconv.Quote(strings.TrimSpace(rest)+" "+c.code)}
		}
	}
	if strings.HasPrefix(strings.TrimPrefix(text, "-"), "0x") {
		return syntax(text, "is a hexadecimal number")
	}
	if strings.Contains(text, ",") {
		return &SyntaxError{Text: text, Reason: "has a comma", Advice: `write "1000" or "2.5", without separators of thousands`}
	}
	return nil
}

func syntax(text, reason string) error {
	return &SyntaxError{Text: text, Reason: reason, Advice: `write a number and its unit, such as "5%", "10s", "300 USD" or "500 tickets"`}
}

// cutNumber splits a text into its leading decimal number and what follows, without the spaces between.
func cutNumber(text string) (digits, rest string) {
	end := strings.IndexFunc(text, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
	if end < 0 {
		end = len(text)
	}
	if end > maxDigits {
		return "", text
	}
	return text[:end], strings.TrimLeft(text[end:], " ")
}

// In returns the quantity's value in the unit u. A bare number takes u where u is a count or a plain number. Errors are
// *MismatchError.
func (q Quantity) In(u Unit) (float64, error) {
	if !q.HasUnit && u.IsCount() {
		return q.Value, nil
	}
	value, ok := q.Unit.Convert(q.Value, u)
	if !ok || !q.HasUnit {
		return 0, &MismatchError{Quantity: q, Unit: u, Subject: "the signal"}
	}
	return value, nil
}

// String returns the quantity as it was written.
func (q Quantity) String() string { return q.Text }
