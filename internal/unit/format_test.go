package unit

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFormatPrintsForPeople(t *testing.T) {
	for _, c := range []struct {
		unit  string
		value float64
		want  string
	}{
		{"ratio", 0.05, "5 %"}, {"ratio", 0.995, "99.5 %"}, {"ratio", 0.9990000000000001, "99.9 %"}, {"ratio", 0.999999, "99.9999 %"},
		{"percent", 85, "85 %"}, {"ratio", 1.0 / 3, "33.33 %"}, {"ratio", 0, "0 %"}, {"ratio", -0.02, "-2 %"},
		{"ms", 10000, "10 s"}, {"ms", 250, "250 ms"}, {"s", 0.0005, "500 us"}, {"s", 90, "1m30s"}, {"s", 59.9999, "59.9999 s"}, {"h", 1.5, "1h30m"},
		{"s", 12960, "3h36m"}, {"d", 30, "30d"}, {"ms", -2500, "-2.5 s"}, {"ns", 0.5, "0.5 ns"}, {"s", 0, "0 s"}, {"y", 1e6, "31,536,000,000,000 s"},
		{"USD", 300, "$300"}, {"USD", 12.5, "$12.50"}, {"USD", 2000, "$2,000"}, {"USD", -3, "-$3"}, {"USD", 1234567.891, "$1,234,567.89"},
		{"USD", 0.00025, "$0.00025"}, {"EUR", 5, "€5"}, {"CHF", 5.5, "5.50 CHF"}, {"JPY", 1200.4, "¥1,200"}, {"USD/d", 12.5, "$12.50 per day"},
		{"USD/ticket", 0.1, "$0.10 per ticket"}, {"USD/month", 2500, "$2,500 per month"},
		{"tickets", 500, "500 tickets"}, {"tickets", 1, "1 ticket"}, {"tickets", 0, "0 tickets"}, {"tickets", 12345.6789, "12,346 tickets"},
		{"tickets/min", 12, "12 tickets per minute"}, {"tokens/h", 1e6, "1,000,000 tokens per hour"}, {"1/s", 2.5, "2.5 per second"},
		{"tokens/ticket", 1500, "1,500 tokens per ticket"}, {"s/request", 0.25, "250 ms per request"},
		{"B", 536870912, "512 MiB"}, {"MiB", 2048, "2 GiB"}, {"MB", 500, "500 MB"}, {"MB", 1500, "1.5 GB"}, {"B", 12, "12 B"}, {"B/s", 1536, "1.5 KiB per second"},
		{"cores", 1, "1 core"}, {"cores", 1.5, "1.5 cores"}, {"", 1234.5, "1,234.5"}, {"", 1.0 / 3, "0.3333"}, {"", 1e21, "1,000,000,000,000,000,000,000"},
		{"", math.NaN(), "NaN"}, {"ratio", math.Inf(1), "+Inf"}, {"cores×60", 2, "120 cores"}, {"tickets*s/request", 2, "2 tickets*s/request"},
	} {
		if diff := cmp.Diff(c.want, mustParse(t, c.unit).Format(c.value)); diff != "" {
			t.Errorf("%v in %q (-want +got):\n%s", c.value, c.unit, diff)
		}
	}
}

func TestDurationsAreWhatPrometheusReads(t *testing.T) {
	for text, want := range map[string]string{
		"1h30m": "1h30m", "90m": "1h30m", "30d": "30d", "4w": "28d", "7d": "7d", "1y": "365d", "0s": "0s", "1500ms": "1s500ms", "36h": "1d12h",
	} {
		duration, err := ParseDuration(text)
		if err != nil {
			t.Errorf("ParseDuration(%q): %v", text, err)
			continue
		}
		printed := FormatDuration(duration)
		if diff := cmp.Diff(want, printed); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		if again, err := ParseDuration(printed); err != nil || again != duration {
			t.Errorf("%q prints %q, which reads as %v, %v", text, printed, again, err)
		}
	}
	for _, text := range []string{"", "5", "-5m", "1.5h", "5 m", "1m1h", "300y", "5x"} {
		if duration, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, duration)
		}
	}
	if got := FormatDuration(-90 * time.Second); got != "-1m30s" {
		t.Errorf("FormatDuration(-90s) = %q, want -1m30s", got)
	}
}
