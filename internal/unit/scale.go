package unit

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// scale says how many base units one unit is, as a fraction of two whole numbers: 1/1000 for ms, 1/60 for "per minute".
// A fraction keeps conversions exact where a float would not. A zero field stands for 1, so that the zero scale is 1 and
// scales compare with ==.
type scale struct{ numerator, denominator float64 }

// exact is the first float64 above which whole numbers have gaps.
const exact = 1 << 53

func newScale(numerator, denominator float64) scale {
	if numerator < exact && denominator < exact {
		divisor := greatestDivisor(numerator, denominator)
		numerator, denominator = numerator/divisor, denominator/divisor
	}
	if numerator == 1 {
		numerator = 0
	}
	if denominator == 1 {
		denominator = 0
	}
	return scale{numerator, denominator}
}

func greatestDivisor(a, b float64) float64 {
	for b != 0 {
		a, b = b, math.Mod(a, b)
	}
	return a
}

// parts returns the fraction with 1 where a field is zero.
func (s scale) parts() (numerator, denominator float64) {
	numerator, denominator = s.numerator, s.denominator
	if numerator == 0 {
		numerator = 1
	}
	if denominator == 0 {
		denominator = 1
	}
	return numerator, denominator
}

func (s scale) times(t scale) scale {
	sn, sd := s.parts()
	tn, td := t.parts()
	return newScale(sn*tn, sd*td)
}

func (s scale) inverse() scale {
	numerator, denominator := s.parts()
	return newScale(denominator, numerator)
}

// printable reports whether parseScale reads the scale back: neither part has more than maxDigits digits.
func (s scale) printable() bool {
	numerator, denominator := s.parts()
	return numerator < 1e29 && denominator < 1e29
}

// float returns the scale as the nearest float64.
func (s scale) float() float64 {
	numerator, denominator := s.parts()
	return numerator / denominator
}

// apply multiplies the decimal number that v prints as, so that 99.9 times 1/100 is 0.999 and not 0.9990000000000001.
func (s scale) apply(v float64) float64 {
	if s == (scale{}) || v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	numerator, denominator := s.parts()
	if digits, power, ok := decimal(v); ok {
		// Both products are whole and exact, so the quotient is rounded once, as below.
		if over, under := digits*numerator, power*denominator; math.Abs(over) < exact && under < exact {
			return over / under
		}
	}
	product, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	if !ok {
		return v * numerator / denominator
	}
	product.Mul(product, new(big.Rat).SetFloat64(numerator))
	product.Quo(product, new(big.Rat).SetFloat64(denominator))
	result, _ := product.Float64()
	return result
}

// decimal returns the decimal number that v prints as: digits divided by a power of ten, both whole. It is false where v
// prints with more than 15 digits: up to that many, no two decimal numbers are the same float64.
func decimal(v float64) (digits, power float64, ok bool) {
	for power = 1; power < 1e15; power *= 10 {
		digits = math.Round(v * power)
		if math.Abs(digits) >= 1e15 {
			break
		}
		if digits/power == v {
			return digits, power, true
		}
	}
	return 0, 0, false
}

// String prints the fraction, such as "60" or "1/1000".
func (s scale) String() string {
	numerator, denominator := s.parts()
	text := strconv.FormatFloat(numerator, 'f', -1, 64)
	if denominator == 1 {
		return text
	}
	return text + "/" + strconv.FormatFloat(denominator, 'f', -1, 64)
}

var errScale = errors.New(`the factor after × is a whole number or a fraction of two, such as "1/1000"`)

// parseScale reads what String prints.
func parseScale(text string) (scale, error) {
	over, under, isFraction := strings.Cut(text, "/")
	numerator, err := parseWhole(over)
	if err != nil {
		return scale{}, err
	}
	if !isFraction {
		return newScale(numerator, 1), nil
	}
	denominator, err := parseWhole(under)
	if err != nil {
		return scale{}, err
	}
	return newScale(numerator, denominator), nil
}

func parseWhole(digits string) (float64, error) {
	if digits == "" || len(digits) > maxDigits || strings.Trim(digits, "0123456789") != "" {
		return 0, errScale
	}
	whole, err := strconv.ParseFloat(digits, 64)
	if err != nil || whole == 0 {
		return 0, errScale
	}
	return whole, nil
}
