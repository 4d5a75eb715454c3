package unit

import (
	"fmt"
	"strings"
)

// MismatchError says that a quantity measures something else than what it is compared with.
type MismatchError struct {
	Quantity Quantity
	Unit     Unit   // what the subject is measured in
	Subject  string // what the quantity is compared with; callers may name it better
}

// Error names both dimensions, such as "10 USD is money, the signal is a time".
func (e *MismatchError) Error() string {
	if !e.Quantity.HasUnit {
		return fmt.Sprintf("%s has no unit, %s is %s", e.Quantity.Text, e.Subject, e.Unit.phrase())
	}
	given, wanted := e.Quantity.Unit.phrase(), e.Unit.phrase()
	if given == wanted { // two currencies
		given, wanted = e.Quantity.Unit.Dimension(), e.Unit.Dimension()
	}
	return fmt.Sprintf("%s is %s, %s is %s", e.Quantity.Text, given, e.Subject, wanted)
}

// Help says what to write, by an example.
func (e *MismatchError) Help() string {
	kind := "a number with its unit"
	switch u := e.Unit; {
	case u.IsTime():
		kind = "a duration"
	case u.IsRatio():
		kind = "a share"
	case u.IsData():
		kind = "a size"
	case u.IsMoney():
		kind = "an amount"
	case u == None:
		return "write a number without a unit"
	}
	return fmt.Sprintf("write %s, such as %q", kind, e.Unit.Example())
}

// Example is a quantity in u, as people write one: "10s", "5%", "300 USD".
func (u Unit) Example() string {
	switch {
	case u.IsTime():
		return "10s"
	case u.IsRatio():
		return "5%"
	case u.IsData():
		return "512MiB"
	case u.IsMoney():
		return "300 " + u.String()
	case u == None:
		return "10"
	default:
		return "10 " + u.String()
	}
}

// Dimension says what u measures, for people: "a time", "money (USD)", "a count of tickets", "money per time (USD)".
func (u Unit) Dimension() string {
	if code := u.Currency(); code != "" {
		return u.phrase() + " (" + code + ")"
	}
	return u.phrase()
}

// phrase is Dimension without the currency.
func (u Unit) phrase() string {
	if u.time < -1 || u.time > 1 || u.time == 1 && u.over != "" || strings.Contains(u.over, "*") {
		return "a value in " + u.String()
	}
	text := u.subject()
	for _, thing := range split(u.under) {
		text += " per " + plainName(thing)
	}
	if u.time == -1 {
		text += " per time"
	}
	return text
}

// subject names what stands above the fraction bar.
func (u Unit) subject() string {
	alone := u.under == "" && u.time == 0
	switch {
	case u.time == 1:
		return "a time"
	case u.over == "" && alone:
		return "a plain number"
	case u.over == "":
		return "a number"
	case u.over == Ratio.over:
		return "a ratio"
	case u.over == Cores.over:
		return "cores"
	case u.over == dataWords[0].text:
		return "bytes"
	case isCurrency(u.over):
		return "money"
	case alone:
		return "a count of " + u.over
	default:
		return u.over
	}
}

// plainName is how a word below the fraction bar reads in a sentence.
func plainName(word string) string {
	switch word {
	case dataWords[0].text:
		return "byte"
	case Cores.over:
		return "core"
	default:
		return word
	}
}
