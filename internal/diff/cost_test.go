package diff

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/simulate"
)

const costSpec = `
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: {status: ["200", "404", "500", "503"], method: ["GET", "POST"]}}
	latency_seconds: {type: "histogram", unit: "s", help: "Time.", buckets: [0.1, 1, 5], labels: method: ["GET", "POST"]}
	queue_depth: {type: "gauge", unit: "jobs", replicas: "add", help: "Jobs.", labels: priority: ["high", "low"]}
}
signals: {
	error_rate: {title: "Error rate", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	availability: {title: "Availability", share: "requests_total", matching: "status!~'5..'", over: "5m"}
	by_method: {title: "Error rate by method", share: "requests_total", matching: "status=~'5..'", over: "10m", by: ["method"]}
	response_time: {title: "Response time", quantile: "latency_seconds", q: 0.95, over: "5m"}
	queue: {title: "Queue", value: "queue_depth", where: "priority='high'"}
}
slos: availability: {title: "Availability", good: "availability", objective: "99.5%", window: "30d"}
alerts: {
	Errors: {signal: "error_rate", above: "5%", for: "2m", severity: "critical"}
	SomeErrors: {signal: "error_rate", above: "2%", for: "2m", severity: "warning"}
	MethodErrors: {signal: "by_method", above: "5%", for: "2m", severity: "critical"}
	ManyMethodErrors: {signal: "by_method", above: "15%", for: "2m", severity: "warning"}
	Slow: {signal: "response_time", above: "1s", for: "5m", severity: "warning"}
	Queue: {signal: "queue", above: "9 jobs", for: "5m", severity: "warning"}
}
`

// TestTheEstimateIsWhatTheEngineReads fills a storage with every series that the spec allows, and compares with what Prometheus'
// engine says that it read. Windows of days are left out: their share is small, and a month of samples would take long to make.
func TestTheEstimateIsWhatTheEngineReads(t *testing.T) {
	p := compile(t, costSpec)
	storage := fill(p)
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 50_000_000, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{})})
	end := time.Unix(0, 0).Add(7 * time.Hour)
	measured := 0.0
	kept := &ir.Program{Service: p.Service, Platform: p.Platform, Metrics: p.Metrics}
	for _, g := range p.Groups {
		if strings.HasSuffix(g.Name, "-long") {
			continue
		}
		kept.Groups = append(kept.Groups, g)
		for _, rule := range g.Rules {
			query, err := engine.NewInstantQuery(t.Context(), storage, nil, rule.Expr, end)
			if err != nil {
				t.Fatal(err)
			}
			result := query.Exec(t.Context())
			if result.Err != nil {
				t.Fatal(result.Err)
			}
			measured += float64(query.Stats().Samples.TotalSamples) * float64(time.Hour) / float64(g.Interval)
			if rule.Record != "" {
				vector, err := result.Vector()
				if err != nil {
					t.Fatal(err)
				}
				var sets []labels.Labels
				for _, sample := range vector {
					builder := labels.NewBuilder(sample.Metric)
					builder.Set("__name__", rule.Record)
					for name, value := range rule.Labels {
						builder.Set(name, value)
					}
					sets = append(sets, builder.Labels())
				}
				write(storage, sets, g.Interval)
			}
			query.Close()
		}
	}
	if estimate := samplesPerHour(kept); math.Abs(estimate-measured) > measured*0.05 {
		t.Errorf("the estimate is %.0f samples an hour, the engine read %.0f", estimate, measured)
	}
}

// fill stores seven hours of every series that the metrics allow, in every replica.
func fill(p *ir.Program) *simulate.Memory {
	storage := simulate.NewMemory(nil)
	for _, m := range p.Metrics {
		for replica := range max(1, p.Service.Replicas) {
			for _, set := range seriesNamed(m) {
				set = append(set, "job", "shop", "namespace", "web", "service", "shop", "instance", fmt.Sprint(replica))
				write(storage, []labels.Labels{labels.FromStrings(set...)}, p.Service.Scrape.Interval)
			}
		}
	}
	return storage
}

// seriesNamed are the labels of each series of a metric in one replica, as pairs.
func seriesNamed(m *ir.Metric) [][]string {
	names := [][]string{{"__name__", m.Name}}
	if m.Type == ir.Histogram {
		names = [][]string{{"__name__", m.Name + "_count"}, {"__name__", m.Name + "_sum"}, {"__name__", m.Name + "_bucket", "le", "+Inf"}}
		for _, bound := range m.Buckets {
			names = append(names, []string{"__name__", m.Name + "_bucket", "le", fmt.Sprintf("%g", bound)})
		}
	}
	var sets [][]string
	m.EachCombination(func(value func(string) string) bool {
		for _, name := range names {
			set := append([]string{}, name...)
			for _, label := range m.Labels {
				set = append(set, label.Name, value(label.Name))
			}
			sets = append(sets, set)
		}
		return true
	})
	return sets
}

func write(storage *simulate.Memory, sets []labels.Labels, interval time.Duration) {
	var points []promql.FPoint
	for at := time.Duration(0); at <= 7*time.Hour; at += interval {
		points = append(points, promql.FPoint{T: at.Milliseconds(), F: at.Seconds()})
	}
	for _, set := range sets {
		storage.Write([]promql.Series{{Metric: set, Floats: points}})
	}
}
