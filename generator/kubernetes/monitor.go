package kubernetes

import (
	"bytes"
	"fmt"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/ir"
)

// monitorSpec is the part of a ServiceMonitor that is generated
// (https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitorSpec).
type monitorSpec struct {
	JobLabel          string            `yaml:"jobLabel,omitempty"`
	Selector          labelSelector     `yaml:"selector"`
	NamespaceSelector namespaceSelector `yaml:"namespaceSelector"`
	Endpoints         []endpoint        `yaml:"endpoints"`
}

type labelSelector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

type namespaceSelector struct {
	MatchNames []string `yaml:"matchNames"`
}

type endpoint struct {
	Port          string `yaml:"port"`
	Path          string `yaml:"path"`
	Scheme        string `yaml:"scheme"`
	Interval      string `yaml:"interval"`
	ScrapeTimeout string `yaml:"scrapeTimeout"`
	HonorLabels   bool   `yaml:"honorLabels"`
}

// serviceMonitor writes how the operator finds and scrapes the service. It names the namespace although it is its own, so
// that it still selects when somebody moves it.
func serviceMonitor(p *ir.Program) ([]byte, error) {
	if p.Service == nil {
		return nil, nil
	}
	scrape := p.Service.Scrape
	spec := monitorSpec{
		JobLabel:          scrape.JobLabel,
		Selector:          labelSelector{scrape.Labels},
		NamespaceSelector: namespaceSelector{[]string{p.Service.Namespace}},
		Endpoints: []endpoint{{
			Port: scrape.Port, Path: scrape.Path, Scheme: scrape.Scheme,
			Interval: model.Duration(scrape.Interval).String(), ScrapeTimeout: model.Duration(scrape.Timeout).String(),
		}},
	}
	b := appendHead([]byte(header), "monitoring.coreos.com/v1", "ServiceMonitor", p.Name(), namespace(p), selected(p), nil)
	text, err := marshal(map[string]monitorSpec{"spec": spec})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", MonitorPath, err)
	}
	return append(b, text...), nil
}

// marshal prints a value as YAML, indented by two.
func marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := yaml.NewEncoder(&buffer)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
