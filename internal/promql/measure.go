package promql

import (
	"math"
	"regexp"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// Certainty is how much of a unit is known.
type Certainty uint8

// The certainties. The zero Certainty is that of an unknown unit.
const (
	UnitUnknown   Certainty = iota
	UnitLiteral             // a number of the expression: it has whatever unit it is compared with
	UnitDimension           // the dimension is known, the scale is not: a factor that is no conversion has changed it
	UnitExact               // dimension and scale are known
)

// Measure is what the values of an expression are measured in, as far as that is known. The zero Measure is unknown.
type Measure struct {
	Certainty Certainty
	Unit      unit.Unit // where the certainty is UnitDimension or UnitExact; seconds for a point in time
	// scaled says that a factor may have changed the dimension too: requests/s × 300 may be the requests of five minutes.
	scaled bool
	// factor is what values have been multiplied by, as long as that is not a conversion; 0 where there was nothing. In
	// 100 * errors / requests it becomes one when the ratio is known.
	factor float64
}

// In is the measure of values in a known unit.
func In(u unit.Unit) Measure { return Measure{Certainty: UnitExact, Unit: u} }

var (
	literal = Measure{Certainty: UnitLiteral}
	number  = In(unit.None)
)

// Known reports whether the unit is known, dimension and scale.
func (m Measure) Known() bool { return m.Certainty == UnitExact }

// String is the unit for people: "ms", "a plain number", "unknown".
func (m Measure) String() string {
	switch m.Certainty {
	case UnitLiteral:
		return "any unit"
	case UnitDimension:
		return m.Unit.Dimension() + ", in an unknown scale"
	case UnitExact:
		if m.Unit == unit.None {
			return "a plain number"
		}
		return m.Unit.String()
	default:
		return "unknown"
	}
}

// Dimension names what the values of an expression measure, for people. Seconds per second are cores where processors spend them,
// and a share of time elsewhere. The expression is nil where the measure is of none.
func (m Measure) Dimension(of parser.Expr) string {
	text := m.Unit.Dimension()
	switch {
	case m.IsTimeShare(of):
		return "seconds per second (a share of time)"
	case strings.HasPrefix(m.Unit.String(), "bit"):
		return "bits" + strings.TrimPrefix(text, "bytes")
	default:
		return text
	}
}

// IsTimeShare reports seconds per second of what is no processor.
func (m Measure) IsTimeShare(of parser.Expr) bool {
	return of != nil && m.Certainty >= UnitDimension && m.Unit == unit.Cores && !ofProcessors.MatchString(of.String())
}

// ofProcessors are names of what processors spend, and of recordings, which may be named for anything.
var ofProcessors = regexp.MustCompile(`(?i)cpu|core|process|[a-z]:[a-z]`)

// Clashes reports whether values of the two can never be compared or added: a time and an amount of money, or
// milliseconds and seconds. Counts are soft: things of any kind, shares and cores may meet. What is not known for certain
// clashes with nothing.
func (m Measure) Clashes(other Measure) bool {
	if m.Certainty < UnitDimension || other.Certainty < UnitDimension || m.scaled || other.scaled {
		return false
	}
	if !m.Unit.SameDimension(other.Unit) {
		return physical(m.Unit) != physical(other.Unit) && !isBudget(m.Unit, other.Unit) && !isBudget(other.Unit, m.Unit)
	}
	if !m.Known() || !other.Known() {
		return false
	}
	factor, _ := m.Unit.Factor(other.Unit)
	return factor != 1
}

// isBudget reports whether one unit is so much per hour, day or month, and the other an amount: what came up in a month is
// held against a budget per month. What is per second is a rate, and no amount.
func isBudget(budget, amount unit.Unit) bool {
	return budget.IsPerTime() && !strings.HasSuffix(budget.String(), "/s") && !amount.IsPerTime()
}

// quantities are powers of what nothing else converts to. Shares, cores (seconds per second) and counts have none.
type quantities struct {
	time, data int
	money      string
}

func physical(u unit.Unit) quantities {
	var q quantities
	text, _, _ := strings.Cut(u.String(), "×")
	for i, side := range strings.Split(text, "/") {
		power := 1
		if i > 0 {
			power = -1
		}
		for word := range strings.SplitSeq(side, "*") {
			base, err := unit.Parse(word)
			switch {
			case err != nil || word == "1":
			case base.IsTime():
				q.time += power
			case base.IsData():
				q.data += power
			case base.IsMoney() && power > 0:
				q.money += base.Currency()
			case base.IsMoney():
				q.money += "/" + base.Currency()
			}
		}
	}
	return q
}

// together is the measure of a sum, a difference or either of two operands.
func (m Measure) together(other Measure) Measure {
	switch {
	case m.Certainty == UnitLiteral:
		return other
	case other.Certainty == UnitLiteral || m == other:
		return m
	case m.Certainty == UnitUnknown || other.Certainty == UnitUnknown:
		return Measure{}
	case m.Unit == other.Unit:
		return Measure{Certainty: min(m.Certainty, other.Certainty), Unit: m.Unit, scaled: m.scaled || other.scaled}
	case m.Unit.IsCount() && other.Unit.IsCount():
		return number // tickets and errors together are some things
	default:
		return Measure{}
	}
}

// perSecond is the measure of a rate.
func (m Measure) perSecond() Measure {
	if m.Certainty < UnitDimension {
		return Measure{}
	}
	m.Unit = m.Unit.PerSecond()
	return m
}

// times is the measure of a product. Things times something else may be 0 or 1 of them, which selects, or many, which
// multiplies: what does not cancel is unknown.
func (m Measure) times(other Measure) Measure {
	switch {
	case m.Certainty < UnitDimension || other.Certainty < UnitDimension:
		return Measure{}
	case other.Unit == unit.None:
		return m
	case m.Unit == unit.None:
		return other
	}
	product := Measure{
		Certainty: min(m.Certainty, other.Certainty), Unit: m.Unit.Times(other.Unit), scaled: m.scaled || other.scaled,
	}
	counted := m.Unit.Noun() != "" && m.Unit.IsCount() || other.Unit.Noun() != "" && other.Unit.IsCount()
	if counted && product.Unit.Noun() != "" {
		return Measure{}
	}
	if strings.Contains(product.Unit.String(), "*") {
		return Measure{} // B*tickets is nothing that people name
	}
	return product
}

// per is the measure of a quotient.
func (m Measure) per(other Measure) Measure {
	if m.Certainty < UnitDimension || other.Certainty < UnitDimension {
		return Measure{}
	}
	if isBudget(other.Unit, m.Unit) {
		return Measure{} // the share of a month's budget that is used, or the months until it is
	}
	quotient := Measure{
		Certainty: min(m.Certainty, other.Certainty), Unit: m.Unit.Per(other.Unit), scaled: m.scaled || other.scaled,
	}
	if m.factor != 0 && other.Known() && quotient.Unit.IsRatio() {
		if conversion, ok := conversionOf(quotient.Unit, m.factor); ok {
			return In(quotient.Unit.Times(conversion))
		}
	}
	return quotient
}

// scaledBy is the measure after a multiplication with a number of the expression. Only conversions keep the scale known.
func (m Measure) scaledBy(factor float64) Measure {
	switch {
	case factor == 0:
		return literal // nothing is nothing in any unit
	case m.Certainty < UnitDimension || factor == 1 || factor == -1:
		return m
	case m.Certainty == UnitExact:
		if conversion, ok := conversionOf(m.Unit, math.Abs(factor)); ok {
			m.Unit = m.Unit.Times(conversion)
			// Requests per second times 60 are those per minute, or of one minute.
			m.scaled = m.scaled || m.Unit.IsPerTime()
			return m
		}
		m.Certainty, m.scaled, m.factor = UnitDimension, true, math.Abs(factor)
		return m
	}
	m.scaled, m.factor = true, 0
	return m
}

// dividedBy is the measure after a division by a number of the expression. A share over a part of one, such as an error ratio
// over a budget of 0.01, is how many times the budget it is: people who want percent multiply by 100.
func (m Measure) dividedBy(divisor float64) Measure {
	if size := math.Abs(divisor); size < 1 && m.Certainty == UnitExact && m.Unit.IsRatio() {
		m.Certainty, m.scaled = UnitDimension, true
		return m
	}
	return m.scaledBy(1 / divisor)
}

// conversion is a factor that people multiply with, or divide by, to change the scale of a unit.
type conversion struct {
	factor float64
	fits   func(unit.Unit) bool
	scale  unit.Unit // a ratio of as many base units as one converted unit has
}

var conversions = makeConversions()

// makeConversions lists each factor and its inverse. The words are a unit and what it is multiplied into.
func makeConversions() []conversion {
	perTime := unit.Unit.IsPerTime
	var all []conversion
	for _, row := range []struct {
		factor   float64
		fits     func(unit.Unit) bool
		from, to string
	}{
		{100, unit.Unit.IsRatio, "ratio", "percent"},
		{1e3, unit.Unit.IsTime, "s", "ms"}, {1e6, unit.Unit.IsTime, "s", "us"}, {1e9, unit.Unit.IsTime, "s", "ns"},
		{60, unit.Unit.IsTime, "min", "s"}, {3600, unit.Unit.IsTime, "h", "s"}, {86400, unit.Unit.IsTime, "d", "s"},
		{60, perTime, "1/s", "1/min"}, {3600, perTime, "1/s", "1/h"}, {86400, perTime, "1/s", "1/d"},
		{8, isData, "B", "bit"}, {1 << 10, isData, "KiB", "B"}, {1 << 20, isData, "MiB", "B"}, {1 << 30, isData, "GiB", "B"},
		{1 << 40, isData, "TiB", "B"}, {1e3, isData, "kB", "B"}, {1e6, isData, "MB", "B"}, {1e9, isData, "GB", "B"},
		{1e12, isData, "TB", "B"}, {1e3, isCores, "cores", "millicores"},
	} {
		from, _ := unit.Parse(row.from)
		to, _ := unit.Parse(row.to)
		all = append(all, conversion{row.factor, row.fits, to.Per(from)}, conversion{1 / row.factor, row.fits, from.Per(to)})
	}
	return all
}

// isData reports bytes, and bytes per time.
func isData(u unit.Unit) bool { return physical(u).data == 1 }

func isCores(u unit.Unit) bool { return u.SameDimension(unit.Cores) }

func conversionOf(u unit.Unit, factor float64) (unit.Unit, bool) {
	for _, c := range conversions {
		if c.factor == factor && c.fits(u) {
			return c.scale, true
		}
	}
	return unit.None, false
}
