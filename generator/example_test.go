package generator_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/belfry-dev/belfry/generator"
)

// A program that embeds Belfry compiles a folder of CUE files and takes what it needs.
func Example() {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	spec := `
package monitoring

service: {name: "shop", namespace: "web", team: "web", client: "go", scrape: {service: "shop", labels: app: "shop"}}
metrics: queue_depth: {type: "gauge", unit: "jobs", replicas: "add", help: "Jobs that wait."}
signals: queue: {title: "Queue", value: "queue_depth"}
alerts: QueueLong: {signal: "queue", above: "100 jobs", for: "5m", severity: "critical"}
receivers: pager: pagerduty: routingKey: secret: {name: "pagerduty", key: "web"}
routing: receiver: "pager"
platform: {}
`
	if err := os.WriteFile(filepath.Join(dir, "shop.cue"), []byte(spec), 0o600); err != nil {
		log.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"."}, Kinds: []generator.Kind{"rules"}})
	if err != nil {
		log.Fatal(err) // the machine's failure, not the spec's
	}
	for _, d := range result.Diagnostics {
		fmt.Println(d.Severity, d.Code)
	}
	for _, a := range result.Outputs[0].Artifacts {
		for _, line := range strings.Split(string(a.Data), "\n") {
			if strings.Contains(line, "expr:") {
				fmt.Println(a.Path, strings.TrimSpace(line))
			}
		}
	}
	// Output:
	// warning alert/no-runbook
	// prometheus/rules.yaml expr: sum(queue_depth{job="shop",namespace="web"}) > 100
}
