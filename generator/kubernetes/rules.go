package kubernetes

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/rulefile"
)

// ruleLimit is how many bytes of groups stand in one PrometheusRule. The operator turns each into one key of a ConfigMap
// and refuses more than half a megabyte (prometheus-operator, pkg/operator/rules.go, MaxConfigMapDataSize); the same text
// is YAML there, so that a little room for other indentation suffices.
const ruleLimit = 450_000

// prometheusRules writes the rule groups as PrometheusRules: one, or several where they are too large. A group is never
// divided, because its rules read each other in order.
func prometheusRules(p *ir.Program) ([]byte, error) {
	if len(p.Groups) == 0 {
		return nil, nil
	}
	writer := rulefile.Writer{Prometheus: p.Platform.Versions.Prometheus, Indent: 4, PartialResponse: p.Platform.Prometheus.Ruler.PartialResponse}
	parts := [][]byte{make([]byte, 0, 1<<16)} // as large as the rules of a service with a few SLOs
	var text []byte
	for _, group := range p.Groups {
		text = writer.AppendGroup(text[:0], group)
		if len(text) > ruleLimit {
			return nil, fmt.Errorf("%s: group %s has %d bytes of rules, and Kubernetes takes %d in one resource", RulesPath, group.Name, len(text), ruleLimit)
		}
		last := &parts[len(parts)-1]
		if len(*last)+len(text) > ruleLimit {
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
	return b, nil
}

// rulerLabels are the labels of rules. A ruler beside Prometheus selects them by its own name; the chart's Prometheus, which
// selects by the release, must not evaluate them too.
func rulerLabels(p *ir.Program) map[string]string {
	if ruler := p.Platform.Prometheus.Ruler; !ruler.IsPrometheus() {
		return labels(p, map[string]string{"ruler": string(ruler.Target)})
	}
	return selected(p)
}
