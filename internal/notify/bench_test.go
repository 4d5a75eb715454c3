package notify

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// BenchmarkRender renders the beginning and the end of 22 alerts with the configuration of the reference service.
func BenchmarkRender(b *testing.B) {
	configuration, err := os.ReadFile("../../out/alertmanager/alertmanager.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := New(configuration, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 22 {
			notifications, err := p.Render(b.Context(), []Event{{
				Labels:      map[string]string{"alertname": fmt.Sprint("A", i), "service": "ai-agent", "namespace": "ai-support", "severity": "warning", "signal": "s"},
				Annotations: map[string]string{"summary": "Error rate is 7 %", "description": "Above 5 % for 2m on ai-agent"},
				StartsAt:    start, EndsAt: start.Add(30 * time.Minute),
			}})
			if err != nil || len(notifications) != 2 {
				b.Fatal(notifications, err)
			}
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
