package unit

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseQuantity(t *testing.T) {
	type result struct {
		Value   float64
		Unit    string
		HasUnit bool
	}
	for text, want := range map[string]result{
		"5%": {5, "percent", true}, "99.5%": {99.5, "percent", true}, "90 %": {90, "percent", true}, "10s": {10, "s", true},
		"5m": {5, "min", true}, "1h30m": {5400, "s", true}, "1s500ms": {1.5, "s", true}, "-1h30m": {-5400, "s", true},
		"300 USD": {300, "USD", true}, "-3 USD": {-3, "USD", true}, "500 tickets": {500, "tickets", true}, "1 ticket": {1, "ticket", true},
		"2": {2, "", false}, "1.5": {1.5, "", false}, "-0": {0, "", false}, "512MiB": {512, "MiB", true}, "20 USD/d": {20, "USD/d", true},
		"0.12 USD/ticket": {0.12, "USD/ticket", true}, "30d": {30, "d", true}, "0.5 ratio": {0.5, "ratio", true}, "1.5h": {1.5, "h", true},
		"3 http2_requests": {3, "http2_requests", true},
	} {
		quantity, err := ParseQuantity(text)
		if err != nil {
			t.Errorf("ParseQuantity(%q): %v", text, err)
			continue
		}
		got := result{quantity.Value, quantity.Unit.String(), quantity.HasUnit}
		if diff := cmp.Diff(want, got); diff != "" || quantity.Text != text {
			t.Errorf("ParseQuantity(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseQuantityRefuses(t *testing.T) {
	for text, help := range map[string]string{
		"$300": `write the currency's code after the number: "300 USD"`, "€5": `write the currency's code after the number: "5 EUR"`,
		"1,000": `write "1000" or "2.5"`, "5 m": `write "min" or "meters"`, "10 usd": `write "USD"`, "1e5": "write a number", "0x1p3": "write a number",
		"0xff": "write a number", "NaN": "write a number", "Inf": "write a number", "+5": "write a number", ".5": "write a number",
		"5.": "write a number", "": "write a number", "-": "write a number", "--5": "write a number", "1.5.2 s": "write a number",
		"30m1h": "write a number", "5 %%": "write a unit", "5 tickets!": "write a unit", "1_000": "write a number",
		strings.Repeat("9", 50): "write a number", strings.Repeat("9", 500): "write a number", "300y300w": "write a number",
	} {
		_, err := ParseQuantity(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("ParseQuantity(%q) gave %v, want a *SyntaxError", text, err)
			continue
		}
		if !strings.HasPrefix(syntax.Help(), help) || syntax.Text != text {
			t.Errorf("ParseQuantity(%q) helps with %q, want %q", text, syntax.Help(), help)
		}
	}
}

func TestQuantityIn(t *testing.T) {
	for _, c := range []struct {
		text, unit string
		want       float64
	}{
		{"10s", "ms", 10000}, {"5%", "ratio", 0.05}, {"85%", "percent", 85}, {"99.9%", "ratio", 0.999}, {"500 tickets", "tickets", 500},
		{"1 ticket", "tickets", 1}, {"2", "tickets", 2}, {"2", "", 2}, {"3 restarts", "", 3}, {"20 USD/d", "USD/month", 600},
		{"5%", "errors/request", 0.05}, {"0.5", "", 0.5}, {"1h30m", "min", 90}, {"80 %", "percent", 80}, {"12 tickets/min", "tickets/s", 0.2},
	} {
		quantity, err := ParseQuantity(c.text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := quantity.In(mustParse(t, c.unit))
		if err != nil || got != c.want {
			t.Errorf("%s in %q is %v, %v; want %v", c.text, c.unit, got, err, c.want)
		}
	}
}

func TestMismatchNamesBothSides(t *testing.T) {
	for _, c := range []struct{ text, unit, message, help string }{
		{"10 USD", "ms", "10 USD is money, the signal is a time", `write a duration, such as "10s"`},
		{"10 USD", "EUR", "10 USD is money (USD), the signal is money (EUR)", `write an amount, such as "300 EUR"`},
		{"5", "ratio", "5 has no unit, the signal is a ratio", `write a share, such as "5%"`},
		{"10", "ms", "10 has no unit, the signal is a time", `write a duration, such as "10s"`},
		{"10", "B", "10 has no unit, the signal is bytes", `write a size, such as "512MiB"`},
		{"10", "USD", "10 has no unit, the signal is money", `write an amount, such as "300 USD"`},
		{"10", "tickets/min", "10 has no unit, the signal is tickets per time", `write a number with its unit, such as "10 tickets/min"`},
		{"5 requests", "tickets", "5 requests is a count of requests, the signal is a count of tickets",
			`write a number with its unit, such as "10 tickets"`},
		{"5%", "tickets", "5% is a ratio, the signal is a count of tickets", `write a number with its unit, such as "10 tickets"`},
		{"5%", "", "5% is a ratio, the signal is a plain number", "write a number without a unit"},
		{"2", "cores", "2 has no unit, the signal is cores", `write a number with its unit, such as "10 cores"`},
	} {
		quantity, err := ParseQuantity(c.text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = quantity.In(mustParse(t, c.unit))
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) {
			t.Errorf("%s in %q gave %v, want a *MismatchError", c.text, c.unit, err)
			continue
		}
		if diff := cmp.Diff([]string{c.message, c.help}, []string{mismatch.Error(), mismatch.Help()}); diff != "" {
			t.Errorf("%s in %q (-want +got):\n%s", c.text, c.unit, diff)
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, text := range []string{"5%", "1h30m", "300 USD", "-3 USD", "512MiB", "20 USD/d", "1e5", "0x1p3", "9999999999999999999999y", "5 a/b/c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quantity, err := ParseQuantity(text)
		if err != nil {
			return
		}
		if math.IsNaN(quantity.Value) || math.IsInf(quantity.Value, 0) {
			t.Fatalf("%q is %v", text, quantity.Value)
		}
		if quantity.HasUnit {
			value, err := quantity.In(quantity.Unit)
			if err != nil || value != quantity.Value {
				t.Fatalf("%q in its own unit is %v, %v", text, value, err)
			}
		}
		if quantity.Unit.Format(quantity.Value) == "" {
			t.Fatalf("%q prints nothing", text)
		}
	})
}
