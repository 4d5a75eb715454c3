package check

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var namesClient = &Check{
	Code: "names/client", Severity: diag.Error,
	Doc: Doc{
		Summary: "the client library exposes a metric under another name",
		Why: "Python's client appends _total to counters and _info to infos. Queries of the declared name would find nothing. Go's " +
			"client exposes names as they are.",
	},
	Run: func(p *Pass) {
		client := clientOf(p.Program)
		suffixes := clientSuffixes[client]
		for _, m := range p.Program.Metrics {
			suffix := suffixes[m.Type]
			if !m.Instrumented() || strings.HasSuffix(m.Name, suffix) {
				continue
			}
			p.Report(m.Path, "declare it as "+m.Name+suffix, "the %s client exposes %s %s as %s%s", client, m.Type, m.Name, m.Name, suffix)
		}
	},
}

// clientOf is the client library whose rules for names hold: the service's, or Python's where a module of it is generated,
// because its rules are the stricter ones. It is empty where there is no service.
func clientOf(program *ir.Program) string {
	switch {
	case program.Instrument != nil && program.Instrument.PythonModule != "":
		return "python"
	case program.Service != nil:
		return program.Service.Client
	default:
		return ""
	}
}

// clientSuffixes are what a client library appends to names that do not end in it
// (github.com/prometheus/client_python, metrics.py and metrics_core.py).
var clientSuffixes = map[string]map[ir.MetricType]string{
	"python": {ir.Counter: "_total", ir.Info: "_info"},
}
