package exposed_test

import (
	"bytes"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/belfry-dev/belfry/generator"
	closedmetrics "github.com/belfry-dev/belfry/golden/instrument-closed/want/go/shopmetrics"
	openmetrics "github.com/belfry-dev/belfry/golden/instrument/want/go/shopmetrics"
	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/out/go/aiagent"
)

// TestGeneratedGoExposesWhatItsSpecDeclares compares services that have just started, in both formats: nothing is wrong, and
// what is missing waits for its first use.
func TestGeneratedGoExposesWhatItsSpecDeclares(t *testing.T) {
	for _, service := range []struct {
		dir, spec string
		register  func(prometheus.Registerer) error
	}{
		{"../..", "./spec", func(r prometheus.Registerer) error { _, err := aiagent.New(r); return err }},
		{"../../golden/instrument", ".", func(r prometheus.Registerer) error { _, err := openmetrics.New(r); return err }},
		{"../../golden/instrument-closed", ".", func(r prometheus.Registerer) error { _, err := closedmetrics.New(r); return err }},
	} {
		result, err := generator.Compile(generator.Options{Dir: service.dir, Packages: []string{service.spec}, CheckOnly: true})
		if err != nil || len(result.Outputs) != 1 {
			t.Fatal(err, result)
		}
		registry := prometheus.NewRegistry()
		if err := service.register(registry); err != nil {
			t.Fatal(err)
		}
		for _, format := range []expfmt.FormatType{expfmt.TypeTextPlain, expfmt.TypeOpenMetrics} {
			for _, d := range exposed.Compare(result.Outputs[0].Program, scrape(t, registry, format)) {
				if d.Code != "exposed/missing" || d.Severity != "warning" {
					t.Errorf("%s: %s", service.dir, d)
				}
			}
		}
	}
}

// scrape reads what a registry exposes in a format.
func scrape(t *testing.T, registry *prometheus.Registry, format expfmt.FormatType) []read.Metric {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	encoder := expfmt.NewEncoder(&text, expfmt.NewFormat(format))
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			t.Fatal(err)
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		if err := closer.Close(); err != nil {
			t.Fatal(err)
		}
	}
	metrics, wrong, err := read.Exposition(&text, "metrics")
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	return metrics
}
