package unit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grafana83 are identifiers that @grafana/data 8.3.4 registers for shares, times, data, money and throughput.
var grafana83 = strings.Fields(`none short percent percentunit flops mflops gflops tflops pflops eflops zflops yflops ppm currencyUSD currencyGBP
	currencyEUR currencyJPY currencyRUB currencyUAH currencyBRL currencyDKK currencyISK currencyNOK currencySEK currencyCZK
	currencyCHF currencyPLN currencyBTC currencymBTC currencyμBTC currencyZAR currencyINR currencyKRW currencyIDR
	currencyPHP currencyVND bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes decgbytes tbytes dectbytes
	pbytes decpbytes pps binBps Bps binbps bps KiBs Kibits KBs Kbits MiBs Mibits MBs Mbits GiBs Gibits GBs Gbits TiBs Tibits
	TBs Tbits PiBs Pibits PBs Pbits flowgpm flowlpm flowmlpm rotrpm ns µs ms s m h d cps ops reqps rps wps iops cpm opm rpm
	wpm`)

func TestGrafanaUnits(t *testing.T) {
	for text, want := range map[string]GrafanaUnit{
		"ratio": {"percentunit", -1}, "percent": {"percent", -1}, "s": {"s", -1}, "ms": {"ms", -1}, "us": {"µs", -1}, "ns": {"ns", -1},
		"min": {"m", -1}, "h": {"h", -1}, "d": {"d", -1}, "B": {"bytes", -1}, "MiB": {"mbytes", -1}, "kB": {"deckbytes", -1}, "bit": {"decbits", -1},
		"B/s": {"binBps", -1}, "MB/s": {"MBs", -1}, "bit/s": {"bps", -1}, "B/d": {"bytes", -1}, "USD": {"currencyUSD", 2}, "JPY": {"currencyJPY", 0},
		"AUD": {"currency:AUD", 2}, "USD/d": {"currencyUSD", 2}, "USD/ticket": {"currencyUSD", -1}, "tickets": {"short", -1}, "": {"short", -1},
		"cores": {"short", -1}, "tickets/s": {"cps", -1}, "1/s": {"cps", -1}, "requests/s": {"reqps", -1}, "tickets/min": {"cpm", -1},
		"tokens/h": {"short", -1}, "s/request": {"s", -1}, "tokens/ticket": {"short", -1}, "month": {"short", -1}, "tickets*s/request": {"short", -1},
		"cores×60": {"short", -1}, "ratio/s": {"percentunit", -1},
	} {
		if diff := cmp.Diff(want, mustParse(t, text).Grafana()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestGrafanaKnowsEveryIdentifier(t *testing.T) {
	known := map[string]bool{}
	for _, id := range grafana83 {
		known[id] = true
	}
	for _, table := range []map[string]string{grafanaIDs, grafanaRates, grafanaCounts, grafanaCurrencies, {"": grafanaShort}} {
		for unit, id := range table {
			if !known[id] {
				t.Errorf("%q shows as %q, which Grafana 8.3 does not know", unit, id)
			}
		}
	}
}
