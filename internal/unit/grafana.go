package unit

// GrafanaUnit is how a Grafana field shows values of a unit.
type GrafanaUnit struct {
	ID       string // fieldConfig.defaults.unit
	Decimals int    // digits after the point; -1 lets Grafana choose
}

// Identifiers of Grafana's unit formats (packages/grafana-data/src/valueFormats/categories.ts), all of them known to
// Grafana 8.0. Grafana scales the value within the dimension by itself, so each carries the scale of the query's result.
var (
	grafanaIDs = map[string]string{
		"ratio": "percentunit", "percent": "percent",
		"ns": "ns", "us": "µs", "ms": "ms", "s": "s", "min": "m", "h": "h", "d": "d",
		"B": "bytes", "KiB": "kbytes", "MiB": "mbytes", "GiB": "gbytes", "TiB": "tbytes", "PiB": "pbytes",
		"kB": "deckbytes", "MB": "decmbytes", "GB": "decgbytes", "TB": "dectbytes", "PB": "decpbytes", "bit": "decbits",
	}
	grafanaRates = map[string]string{
		"B/s": "binBps", "KiB/s": "KiBs", "MiB/s": "MiBs", "GiB/s": "GiBs", "TiB/s": "TiBs", "PiB/s": "PiBs",
		"kB/s": "KBs", "MB/s": "MBs", "GB/s": "GBs", "TB/s": "TBs", "PB/s": "PBs", "bit/s": "bps",
		"requests/s": "reqps", "operations/s": "ops", "packets/s": "pps", "reads/s": "rps", "writes/s": "wps",
		"operations/min": "opm", "reads/min": "rpm", "writes/min": "wpm",
	}
	grafanaCounts     = map[string]string{"s": "cps", "min": "cpm"}
	grafanaCurrencies = map[string]string{
		"USD": "currencyUSD", "GBP": "currencyGBP", "EUR": "currencyEUR", "JPY": "currencyJPY", "RUB": "currencyRUB",
		"UAH": "currencyUAH", "BRL": "currencyBRL", "DKK": "currencyDKK", "ISK": "currencyISK", "NOK": "currencyNOK",
		"SEK": "currencySEK", "CZK": "currencyCZK", "CHF": "currencyCHF", "PLN": "currencyPLN", "ZAR": "currencyZAR",
		"INR": "currencyINR", "KRW": "currencyKRW",
	}
)

// grafanaShort scales numbers by thousands and knows no unit.
const grafanaShort = "short"

// Grafana returns the unit format for panels that show values in u. Grafana has no format for figures per thing, and for
// money or data per hour, day or month: those show as the amount, and the panel's title says the rest.
func (u Unit) Grafana() GrafanaUnit {
	s := u.spell()
	if s.rest != (scale{}) || len(s.over) > 1 || u.time < -1 || u.time > 1 || u.time == 1 && u.over != "" {
		return GrafanaUnit{grafanaShort, -1}
	}
	if u.time == 1 {
		return lookUp(grafanaIDs, s.time)
	}
	if code := u.Currency(); code != "" {
		return u.grafanaMoney(code)
	}
	head := ""
	if len(s.over) == 1 {
		head = s.over[0]
	}
	if u.time == 0 || u.under != "" {
		return lookUp(grafanaIDs, head)
	}
	if id, ok := grafanaRates[head+"/"+s.time]; ok {
		return GrafanaUnit{id, -1}
	}
	if head == "" || isNoun(head) {
		return lookUp(grafanaCounts, s.time)
	}
	return lookUp(grafanaIDs, head)
}

func lookUp(ids map[string]string, word string) GrafanaUnit {
	if id, ok := ids[word]; ok {
		return GrafanaUnit{id, -1}
	}
	return GrafanaUnit{grafanaShort, -1}
}

// grafanaMoney shows amounts with cents, and prices of one thing with the digits that count.
func (u Unit) grafanaMoney(code string) GrafanaUnit {
	id, ok := grafanaCurrencies[code]
	if !ok {
		id = "currency:" + code
	}
	if u.under != "" {
		return GrafanaUnit{id, -1}
	}
	return GrafanaUnit{id, currencyDecimals(code)}
}
