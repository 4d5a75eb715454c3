package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var instrumentNative = &Check{
	Code: "instrument/native", Severity: diag.Error,
	Doc: Doc{
		Summary: "a native histogram is to be recorded by generated Python code",
		Why:     "Python's client, prometheus_client, exposes classic histograms alone: queries of the native one would find nothing.",
	},
	Run: func(p *Pass) {
		if p.Program.Instrument == nil || p.Program.Instrument.PythonModule == "" {
			return
		}
		for _, m := range p.Program.Metrics {
			if m.Own() && m.Type == ir.Histogram && m.Native {
				p.Report(m.Path+".histogram", "remove histogram, and give buckets", "Python's client cannot expose %s as a native histogram", m.Name)
			}
		}
	},
}
