package unit

import "testing"

func TestGrafanaFormatsSayWhatTheyShow(t *testing.T) {
	for id, want := range map[string]string{
		"percentunit": "ratio", "percent": "percent", "ms": "ms", "dtdurations": "s", "m": "min", "bytes": "B", "decbytes": "B", "mbytes": "MiB",
		"Bps": "B/s", "binBps": "B/s", "bps": "bit/s", "Kbits": "bit/s×1000", "reqps": "1/s", "cpm": "1/min", "iops": "1/s", "currencyUSD": "USD",
		"currency:AUD": "AUD",
	} {
		got, ok := FromGrafana(id)
		want := mustParse(t, want)
		if !ok || got != want {
			t.Errorf("%s shows %q, want %q", id, got, want)
		}
	}
	for _, id := range []string{"short", "none", "", "celsius", "currency:$", "suffix:x", "currencyBTC"} {
		if got, ok := FromGrafana(id); ok {
			t.Errorf("%s shows %q, want nothing known", id, got)
		}
	}
}

func TestEveryFormatOfGrafanaIsReadBackAsWhatItWasChosenFor(t *testing.T) {
	for _, text := range []string{"ratio", "percent", "s", "ms", "us", "h", "B", "kB", "GiB", "B/s", "MB/s", "USD", "JPY", "AUD", "1/s"} {
		u := mustParse(t, text)
		if got, ok := FromGrafana(u.Grafana().ID); !ok || got != u {
			t.Errorf("%s is shown as %s, which is read as %q", text, u.Grafana().ID, got)
		}
	}
	for id := range grafanaOthers {
		if _, ok := FromGrafana(id); !ok {
			t.Errorf("%s has a unit that nobody can parse", id)
		}
	}
}
