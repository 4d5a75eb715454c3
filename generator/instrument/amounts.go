package instrument

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/templates"
)

// amountView is the type of what is measured in one unit.
type amountView struct {
	Type string // Go type's name
	Kind string // the type below it
	Doc  []string
}

// measured are the nouns that come in fractions (https://prometheus.io/docs/practices/naming/#base-units); other nouns count
// things.
var measured = map[string]bool{
	"amperes": true, "celsius": true, "fahrenheit": true, "grams": true, "hertz": true, "joules": true, "kelvin": true, "kilograms": true,
	"kilometers": true, "meters": true, "volts": true, "watts": true,
}

// isCounted reports whether values of the unit are whole numbers of things.
func isCounted(u unit.Unit) bool {
	return u.IsCount() && !measured[u.String()] && !strings.Contains(u.String(), "×")
}

// number is the Go type that values of a gauge or histogram have, and the type to declare for it, if any. Where every number
// is right, or the unit is what the metric's name says anyway, it is Go's own; where numbers of another scale would look as
// right, as percentages do where a share from 0 to 1 is meant, it is a type of its own.
func number(metric *ir.Metric) (string, *amountView) {
	switch {
	case metric.Unit == unit.None, isCounted(metric.Unit) && metric.Replicas == "mean":
		return "float64", nil
	case isCounted(metric.Unit):
		return "int", nil
	}
	amount := newAmount(metric.Unit)
	return amount.Type, amount
}

func newAmount(u unit.Unit) *amountView {
	amount := &amountView{Type: unitName(u), Kind: "float64"}
	text := "is an amount in " + u.String() + "."
	switch {
	case u == unit.Ratio:
		text = "is a share of a whole, from 0 to 1."
	case u == unit.Percent:
		text = "is a share of a whole in percent, from 0 to 100."
	case u.IsData() && u.String() == "B":
		text, amount.Kind = "is an amount of data.", "int64"
	}
	amount.Doc = templates.Wrap(amount.Type+" "+text, templates.CommentWidth)
	return amount
}

// timeNames are the words of units of time, spelled out in Go's names.
var timeNames = map[string]string{
	"s": "Second", "min": "Minute", "h": "Hour", "d": "Day", "w": "Week", "month": "Month", "y": "Year",
	"ms": "Millisecond", "us": "Microsecond", "ns": "Nanosecond",
}

// unitName spells a unit as the name of a type: USD/month is USDPerMonth.
func unitName(u unit.Unit) string {
	text, factor, scaled := strings.Cut(u.String(), "×")
	var name strings.Builder
	for i, side := range strings.Split(text, "/") {
		if i > 0 {
			name.WriteString("Per")
		}
		for _, word := range strings.Split(side, "*") {
			switch {
			case word == "1":
			case word == "B":
				name.WriteString("Bytes")
			case timeNames[word] != "" && i > 0:
				name.WriteString(timeNames[word])
			case timeNames[word] != "":
				name.WriteString(timeNames[word] + "s")
			default:
				name.WriteString(joined(words(word), true))
			}
		}
	}
	if scaled {
		name.WriteString("Times" + strings.Join(words(factor), "Over"))
	}
	return exported([]string{name.String()})
}

// durations are the units that package time names.
var durations = map[time.Duration]string{
	time.Nanosecond: "time.Nanosecond", time.Microsecond: "time.Microsecond", time.Millisecond: "time.Millisecond",
	time.Second: "time.Second", time.Minute: "time.Minute", time.Hour: "time.Hour",
}

// duration returns a unit of time and writes it in Go; the text is empty where it is no whole number of nanoseconds.
func duration(u unit.Unit) (time.Duration, string) {
	nanoseconds, ok := u.Convert(1e9, unit.Second)
	if !u.IsTime() || !ok || nanoseconds < 1 || nanoseconds != math.Trunc(nanoseconds) || nanoseconds >= math.MaxInt64 {
		return 0, ""
	}
	d := time.Duration(nanoseconds)
	if name, ok := durations[d]; ok {
		return d, name
	}
	return d, "time.Duration(" + strconv.FormatInt(int64(d), 10) + ")"
}

// isTimestamp reports whether a gauge of time holds a point in time, which its name says
// (https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since).
func isTimestamp(metric *ir.Metric) bool {
	return metric.Type == ir.Gauge && metric.Unit.IsTime() &&
		(strings.Contains(metric.Name, "_timestamp_") || strings.HasSuffix(metric.Name, "_timestamp"))
}
