package unit

import "strings"

// grafanaOthers are identifiers of unit formats that Grafana has beside those that Unit.Grafana chooses, with what a value must
// be measured in (packages/grafana-data/src/valueFormats/categories.ts).
var grafanaOthers = map[string]string{
	"dtdurationms": "ms", "dtdurations": "s", "dthms": "s", "dtdhms": "s", "clockms": "ms", "clocks": "s", "timeticks": "s×1/100",
	"decbytes": "B", "bits": "bit", "Bps": "B/s", "binbps": "bit/s",
	"Kbits": "bit/s×1000", "Mbits": "bit/s×1000000", "Gbits": "bit/s×1000000000", "Tbits": "bit/s×1000000000000",
	"Kibits": "bit/s×1024", "Mibits": "bit/s×1048576", "Gibits": "bit/s×1073741824", "Tibits": "bit/s×1099511627776",
	"iops": "1/s",
}

// GrafanaDates are the formats that show a point in time, which must be in milliseconds since 1970.
var GrafanaDates = []string{
	"dateTimeAsIso", "dateTimeAsIsoNoDateIfToday", "dateTimeAsUS", "dateTimeAsUSNoDateIfToday", "dateTimeAsLocal",
	"dateTimeAsLocalNoDateIfToday", "dateTimeAsSystem", "dateTimeFromNow",
}

var grafanaUnits = readGrafana()

// readGrafana turns the tables round. What is counted per time is any thing: nothing forbids tickets/s in "requests/sec".
func readGrafana() map[string]Unit {
	all := map[string]Unit{}
	add := func(id, text string) {
		if u, err := Parse(text); err == nil {
			if u.Noun() != "" {
				u.over = ""
			}
			all[id] = u
		}
	}
	for _, table := range []map[string]string{grafanaIDs, grafanaRates, grafanaCurrencies} {
		for text, id := range table {
			add(id, text)
		}
	}
	for time, id := range grafanaCounts {
		add(id, "1/"+time)
	}
	for id, text := range grafanaOthers {
		add(id, text)
	}
	return all
}

// FromGrafana returns what values are measured in that a unit format of Grafana shows rightly; false for formats that fit any
// value, such as short, and for what is not known here, such as temperatures.
func FromGrafana(id string) (Unit, bool) {
	if u, ok := grafanaUnits[id]; ok {
		return u, true
	}
	if code, ok := strings.CutPrefix(id, "currency:"); ok && isCurrency(code) {
		return Unit{over: code}, true
	}
	return None, false
}
