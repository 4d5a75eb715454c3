package kubernetes

import (
	"bytes"
	"strconv"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/rulefile"
)

// prometheusRules writes the rule groups as PrometheusRules: one, or several where they are too large. A group is never
// divided, because its rules read each other in order; a check refuses those that are too large.
func prometheusRules(p *ir.Program) []byte {
	if len(p.Groups) == 0 {
		return nil
	}
	writer := rulefile.InResource(p)
	parts := [][]byte{make([]byte, 0, 1<<16)} // as large as the rules of a service with a few SLOs
	var text []byte
	for _, group := range p.Groups {
		text = writer.AppendGroup(text[:0], group)
		last := &parts[len(parts)-1]
		if len(*last)+len(text) > rulefile.ResourceLimit {
			parts = append(parts, bytes.Clone(text))
			continue
		}
		*last = append(*last, text...)
	}
	b := []byte(header)
	for i, part := range parts {
		name := p.Name()
		if len(parts) > 1 {
			name += "-" + strconv.Itoa(i+1)
		}
		b = appendHead(b, "monitoring.coreos.com/v1", "PrometheusRule", name, namespace(p), rulerLabels(p), nil)
		b = append(b, "spec:\n  groups:\n"...)
		b = append(b, part...)
	}
	return b
}

// rulerLabels are the labels of rules. A ruler beside Prometheus selects them by its own name; the chart's Prometheus, which
// selects by the release, must not evaluate them too.
func rulerLabels(p *ir.Program) map[string]string {
	if ruler := p.Platform.Prometheus.Ruler; !ruler.IsPrometheus() {
		return labels(p, map[string]string{"ruler": string(ruler.Target)})
	}
	return selected(p)
}
