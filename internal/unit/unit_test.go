package unit

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t *testing.T, text string) Unit {
	t.Helper()
	u, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return u
}

// units are spellings of every dimension and scale, for tests that must hold of all.
var units = strings.Fields(`ns us ms s min h d w month y B KiB MiB GiB TiB PiB kB MB GB TB PB bit ratio percent cores millicores
	USD EUR tickets errors requests USD/ticket tokens/ticket errors/request s/request B/request 1/s 1/min tickets/s tickets/min
	tokens/h USD/d USD/month B/s KiB/s MB/h ratio/s tickets*s/request B*s USD/EUR tickets/s/s 1/USD ratio×1/1000 cores×60`)

func TestParsePrintsTheCanonicalSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "ms": "ms", "seconds": "s", "hours": "h", "%": "percent", "percent": "percent", "ratio": "ratio", "core": "cores",
		"bytes": "B", "KB": "kB", "USD": "USD", "tickets": "tickets", "USD/tickets": "USD/ticket", "USD/ticket": "USD/ticket",
		"tickets/minute": "tickets/min", "USD/month": "USD/month", "tokens/h": "tokens/h", "B/s": "B/s", "1/s": "1/s",
		"s/s": "ratio", "tickets/ticket": "ratio", "ms/s": "ratio×1/1000", "queries/s": "queries/s", "s/query": "s/query",
		"cup": "cup", "API": "API",
	} {
		if diff := cmp.Diff(want, mustParse(t, text).String()); diff != "" {
			t.Errorf("Parse(%q).String() (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range units {
		if diff := cmp.Diff(text, mustParse(t, text).String()); diff != "" {
			t.Errorf("%q is not its own canonical spelling (-want +got):\n%s", text, diff)
		}
	}
}

func TestUnitsCompareWithEquals(t *testing.T) {
	for text, want := range map[string]Unit{
		"": None, "ratio": Ratio, "percent": Percent, "%": Percent, "seconds": Second, "cores": Cores,
	} {
		if got := mustParse(t, text); got != want {
			t.Errorf("Parse(%q) = %#v, want %#v", text, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, help := range map[string]string{
		"m": `write "min" or "meters"`, "mb": `write "MB" or "MiB"`, "usd": `write "USD"`, "5": "write a unit such as",
		"a b": "write a unit such as", "tickets/": "write a unit such as", "/s": "write a unit such as", "ä": "write a unit such as",
		"x×0": "", "x×1e9": "", "a/b/c/d/e/f/g": "", strings.Repeat("x", 100): "",
	} {
		_, err := Parse(text)
		syntax, ok := err.(*SyntaxError)
		if !ok {
			t.Errorf("Parse(%q) gave %v, want a *SyntaxError", text, err)
			continue
		}
		if !strings.HasPrefix(syntax.Help(), help) {
			t.Errorf("Parse(%q) helps with %q, want %q", text, syntax.Help(), help)
		}
		if len(syntax.Error()) > 120 {
			t.Errorf("the message about %q is %d bytes long", text, len(syntax.Error()))
		}
	}
}

func TestDimensionNamesWhatIsMeasured(t *testing.T) {
	for text, want := range map[string]string{
		"": "a plain number", "ms": "a time", "USD": "money (USD)", "percent": "a ratio", "MiB": "bytes", "tickets": "a count of tickets",
		"USD/d": "money per time (USD)", "tickets/min": "tickets per time", "USD/ticket": "money per ticket (USD)", "cores": "cores",
		"B/s": "bytes per time", "1/s": "a number per time", "s/request": "a time per request", "tokens/ticket": "tokens per ticket",
		"USD/B": "money per byte (USD)",
	} {
		if diff := cmp.Diff(want, mustParse(t, text).Dimension()); diff != "" {
			t.Errorf("dimension of %q (-want +got):\n%s", text, diff)
		}
	}
}

func TestSameDimension(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"ms", "h", true}, {"ratio", "percent", true}, {"MB", "GiB", true}, {"USD/d", "USD/month", true}, {"cores", "millicores", true},
		{"tickets", "ticket", true}, {"queries", "query", true}, {"tickets", "", true}, {"", "", true}, {"tickets/min", "1/s", true},
		{"errors/request", "percent", true}, {"USD/ticket", "USD/tickets", true},
		{"tickets", "requests", false}, {"USD", "EUR", false}, {"ms", "USD", false}, {"ratio", "", false}, {"ratio", "tickets", false},
		{"cores", "", false}, {"cores", "ratio", false}, {"cores", "s", false}, {"USD", "", false}, {"B", "", false}, {"s", "", false},
		{"tickets", "tickets/s", false}, {"USD", "USD/ticket", false}, {"USD/ticket", "USD/request", false}, {"s/request", "s", false},
		{"tokens/ticket", "errors/request", false},
	} {
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		if a.SameDimension(b) != c.want || b.SameDimension(a) != c.want {
			t.Errorf("%q and %q agree: %v and %v, want %v", c.a, c.b, a.SameDimension(b), b.SameDimension(a), c.want)
		}
	}
}

func TestFactorIsExact(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     float64
	}{
		{"s", "ms", 1000}, {"ms", "s", 0.001}, {"percent", "ratio", 0.01}, {"ratio", "percent", 100}, {"tickets/s", "tickets/min", 60},
		{"tickets/min", "tickets/s", 1.0 / 60}, {"1/s", "tickets/h", 3600}, {"USD/d", "USD/month", 30}, {"KiB", "B", 1024},
		{"GiB", "MiB", 1024}, {"MB", "kB", 1000}, {"B", "bit", 8}, {"y", "d", 365}, {"d", "ns", 86400e9}, {"USD", "USD", 1},
		{"errors/request", "percent", 100}, {"B/s", "KiB/min", 60.0 / 1024},
	} {
		got, ok := mustParse(t, c.from).Factor(mustParse(t, c.to))
		if !ok || got != c.want {
			t.Errorf("%s to %s is × %v, %v; want × %v", c.from, c.to, got, ok, c.want)
		}
	}
	if _, ok := Second.Factor(Cores); ok {
		t.Error("a time was converted to cores")
	}
}

func TestFactorRoundTrips(t *testing.T) {
	for _, a := range units {
		for _, b := range units {
			from, to := mustParse(t, a), mustParse(t, b)
			there, ok := from.Factor(to)
			back, okBack := to.Factor(from)
			if ok != okBack || ok != from.SameDimension(to) {
				t.Errorf("%s ↔ %s: one way converts (%v), the other %v", a, b, ok, okBack)
			}
			if ok && math.Abs(there*back-1) > 1e-12 {
				t.Errorf("%s → %s → %s multiplies by %v", a, b, a, there*back)
			}
		}
	}
}

func TestConvertKeepsDecimals(t *testing.T) {
	for _, c := range []struct {
		value    float64
		from, to string
		want     float64
	}{
		{99.9, "percent", "ratio", 0.999}, {99.95, "percent", "ratio", 0.9995}, {8.2, "s", "ms", 8200}, {0.07, "ratio", "percent", 7},
		{10, "s", "ms", 10000}, {1.1, "h", "s", 3960},
	} {
		got, ok := mustParse(t, c.from).Convert(c.value, mustParse(t, c.to))
		if !ok || got != c.want {
			t.Errorf("%v %s is %v %s, want %v", c.value, c.from, got, c.to, c.want)
		}
	}
}

func TestPerAndTimes(t *testing.T) {
	for _, c := range []struct{ a, b, per, times string }{
		{"tickets", "tickets", "ratio", "tickets*tickets"},
		{"tickets", "ticket", "ratio", "ticket*tickets"},
		{"errors", "requests", "errors/request", "errors*requests"},
		{"USD", "tickets", "USD/ticket", "USD*tickets"},
		{"USD/ticket", "tickets", "USD/ticket/ticket", "USD"},
		{"tokens", "s", "tokens/s", "tokens*s"},
		{"tickets", "tickets/s", "s", "tickets*tickets/s"},
		{"cores", "1/s", "s", "1/s"},
		{"ms", "s", "ratio×1/1000", "s*s×1/1000"},
		{"s", "", "s", "s"},
		{"", "", "ratio", ""},
		{"B", "percent", "B×100", "B×1/100"},
		{"tickets", "ratio", "tickets", "tickets"},
		{"percent", "ratio", "percent", "percent"},
		{"ratio", "percent", "ratio×100", "percent"},
		{"USD", "EUR", "USD/EUR", "EUR*USD"},
		{"USD/d", "USD/month", "ratio×30", ""},
		{"B/s", "s", "B/s/s", "B"},
	} {
		if c.times == "" && c.a != "" { // the product is of no use; only the quotient counts here
			c.times = mustParse(t, c.a).Times(mustParse(t, c.b)).String()
		}
		a, b := mustParse(t, c.a), mustParse(t, c.b)
		if diff := cmp.Diff([]string{c.per, c.times}, []string{a.Per(b).String(), a.Times(b).String()}); diff != "" {
			t.Errorf("%q per and times %q (-want +got):\n%s", c.a, c.b, diff)
		}
	}
}

func TestPerSecondIsWhatRateGives(t *testing.T) {
	for counter, want := range map[string]string{
		"tickets": "tickets/s", "s": "cores", "ms": "millicores", "B": "B/s", "USD": "USD/s", "": "1/s", "ratio": "ratio/s", "MB": "MB/s",
	} {
		if diff := cmp.Diff(want, mustParse(t, counter).PerSecond().String()); diff != "" {
			t.Errorf("rate of %q (-want +got):\n%s", counter, diff)
		}
	}
	if got := mustParse(t, "min").PerSecond(); got != mustParse(t, got.String()) {
		t.Errorf("%s is not read back", got)
	}
}

func TestPredicates(t *testing.T) {
	for text, want := range map[string]string{
		"": "count", "tickets": "count", "ratio": "ratio", "percent": "ratio", "ms": "time", "USD": "money", "MiB": "data",
		"USD/d": "perTime", "tickets/s": "perTime", "B/s": "perTime", "cores": "", "USD/ticket": "", "errors/request": "",
	} {
		u, got := mustParse(t, text), []string{}
		for name, is := range map[string]bool{
			"count": u.IsCount(), "ratio": u.IsRatio(), "time": u.IsTime(), "money": u.IsMoney(), "data": u.IsData(), "perTime": u.IsPerTime(),
		} {
			if is {
				got = append(got, name)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestNounsInTheSingular(t *testing.T) {
	for plural, want := range map[string]string{
		"tickets": "ticket", "queries": "query", "batches": "batch", "processes": "process", "caches": "cache", "statuses": "status",
		"status": "status", "series": "series", "boxes": "box", "replicas": "replica", "people": "person", "ticket": "ticket", "gas": "gas",
		"cpus": "cpu", "celsius": "celsius", "responses": "response", "messages": "message",
	} {
		if got := singular(plural); got != want || singular(got) != want {
			t.Errorf("one of the %s is a %q, want %q", plural, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range units {
		f.Add(text)
	}
	for _, text := range []string{"", "%", "m", "1", "×", "a×1/3", "GB*GB*GB", "TiB/ns", "y*y*y*y*y/ns"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(u.String())
		if err != nil || again.String() != u.String() {
			t.Fatalf("%q prints %q, which reads as %q, %v", text, u, again, err)
		}
		if factor, ok := u.Factor(again); !ok || math.Abs(factor-1) > 1e-12 {
			t.Fatalf("%q and its own spelling %q differ by %v, %v", text, u, factor, ok)
		}
		for _, value := range []float64{0, 1, -0.3, 1e300, math.Inf(1)} {
			if printed := u.Format(value); printed == "" || len(printed) > 800 {
				t.Fatalf("%v in %q prints %q", value, u, printed)
			}
		}
		if u.Grafana().ID == "" || u.Dimension() == "" || u.Template("$value") == "" {
			t.Fatalf("%q has no Grafana unit, dimension or template", text)
		}
	})
}
