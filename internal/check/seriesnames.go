package check

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var namesSeries = &Check{
	Code: "names/series", Severity: diag.Error,
	Doc: Doc{
		Summary: "two metrics claim the same series name",
		Why: "A histogram x also makes x_bucket, x_sum and x_count, and Python's client keeps x and x_created for a counter x_total. " +
			"A metric of such a name makes the service fail: Python's when it starts, Go's at every scrape.",
	},
	Run: func(p *Pass) {
		if p.Program.Service == nil {
			return
		}
		owners := map[string]*ir.Metric{}
		for _, m := range p.Program.Metrics {
			if m.Own() {
				owners[m.Name] = m
			}
		}
		for _, m := range p.Program.Metrics {
			if !m.Own() {
				continue
			}
			for _, name := range claims(m, clientOf(p.Program)) {
				if other := owners[name]; other != nil && other != m {
					p.Report(m.Path, "rename one of them", "%s %s and %s %s both take the name %s in the %s client",
						m.Type, m.Name, other.Type, other.Name, name, clientOf(p.Program))
					break
				}
				owners[name] = m
			}
		}
	},
}

// claims lists the names besides its own that a metric takes in the client's registry: of client_python the _get_names of
// its registry.py, of client_golang the checkSuffixCollisions of its registry.go.
func claims(m *ir.Metric, client string) []string {
	var names []string
	if m.Type == ir.Histogram {
		for _, suffix := range histogramSuffixes {
			names = append(names, m.Name+suffix)
		}
	}
	if client != "python" {
		return names
	}
	switch m.Type {
	case ir.Counter:
		base := strings.TrimSuffix(m.Name, "_total")
		names = append(names, base, base+"_created")
	case ir.Histogram:
		names = append(names, m.Name+"_created")
	case ir.Info:
		names = append(names, strings.TrimSuffix(m.Name, "_info"))
	}
	return names
}
