package grafana

import "strings"

// unitIDs are the ids of Grafana's value formats that Belfry's units, and those of most dashboards, come from
// (packages/grafana-data/src/valueFormats/categories.ts).
var unitIDs = setOf(`
	none string short percent percentunit humidity dB hex sci locale
	flops mflops gflops tflops pflops
	currencyUSD currencyGBP currencyEUR currencyJPY currencyRUB currencyUAH currencyBRL currencyDKK currencyISK currencyNOK
	currencySEK currencyCZK currencyCHF currencyPLN currencyBTC currencyZAR currencyINR currencyKRW currencyIDR currencyPHP currencyVND
	bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes decgbytes tbytes dectbytes pbytes decpbytes
	pps binBps Bps binbps bps KiBs Kibits KBs Kbits MiBs Mibits MBs Mbits GiBs Gibits GBs Gbits TiBs Tibits TBs Tbits PiBs Pibits PBs Pbits
	dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsUS dateTimeAsLocal dateTimeAsSystem dateTimeFromNow
	watt kwatt megwatt joule volt amp celsius fahrenheit kelvin lengthm masskg
	hertz ns µs ms s m h d dtdurationms dtdurations dthms dtdhms timeticks clockms clocks
	cps ops reqps rps wps iops cpm opm rpm wpm
	bool bool_yes_no bool_on_off
`)

// unitPrefixes begin the formats that carry a text of one's own, such as "currency:XAF".
var unitPrefixes = []string{"currency:", "prefix:", "suffix:", "time:", "si:", "count:", "bool:"}

func knownUnit(id string) bool {
	for _, prefix := range unitPrefixes {
		if text, ok := strings.CutPrefix(id, prefix); ok {
			return text != ""
		}
	}
	return unitIDs[id]
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
