package check

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var namesOtherUnit = &Check{
	Code: "names/other-unit", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a metric's name ends with another unit than the one declared",
		Why: "One of the two is wrong. Where it is the declared one, every threshold and every axis is off by the factor between them, " +
			"and nothing else will show it: the figures look like figures.",
	},
	Run: func(p *Pass) {
		for _, m := range p.Program.Metrics {
			if !m.Own() {
				continue
			}
			named, ok := unitInName(m.Name)
			if !ok || named == m.Unit || m.Unit.IsPerTime() {
				continue // a budget is named after money, and declared as money a month
			}
			p.Report(m.Path+".unit", "write unit: \""+named.String()+"\", or rename the metric, or accept it with a reason",
				"%s is named after %s, and declared in %s", m.Name, named.String(), spelled(m.Unit))
		}
	},
}

// unitWords are the words that metrics are named after (https://prometheus.io/docs/practices/naming/#base-units), and
// those that services use beside them.
var unitWords = map[string]string{
	"seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns", "minutes": "min", "hours": "h", "days": "d",
	"bytes": "B", "kilobytes": "kB", "megabytes": "MB", "gigabytes": "GB", "kibibytes": "KiB", "mebibytes": "MiB", "gibibytes": "GiB",
	"ratio": "ratio", "percent": "percent", "dollars": "USD", "usd": "USD", "euros": "EUR", "eur": "EUR",
}

// unitInName reads the unit that a metric's name ends with, before _total.
func unitInName(name string) (unit.Unit, bool) {
	name = strings.TrimSuffix(name, "_total")
	word, known := unitWords[name[strings.LastIndexByte(name, '_')+1:]]
	if !known {
		return unit.None, false
	}
	u, err := unit.Parse(word)
	return u, err == nil
}

// spelled is a unit for people.
func spelled(u unit.Unit) string {
	if u == unit.None {
		return "no unit"
	}
	return u.String()
}
