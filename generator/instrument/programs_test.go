package instrument

import (
	"slices"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

func closed(name string, values ...string) ir.Label { return ir.Label{Name: name, Values: values} }

func capped(name string, limit int) ir.Label { return ir.Label{Name: name, Max: limit} }

func mustUnit(t testing.TB, text string) unit.Unit {
	t.Helper()
	parsed, err := unit.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func program(name, goPackage string, metrics ...*ir.Metric) *ir.Program {
	return &ir.Program{
		Service:  &ir.Service{Name: name},
		Platform: &ir.Platform{Name: "platform"},
		Metrics:  metrics,
		Instrument: &ir.Instrument{GoPackage: goPackage, Overflow: &ir.Metric{
			Name: "label_overflows_total", Type: ir.Counter, Derived: true, Help: "Values without room.", Labels: []ir.Label{{Name: "label"}, {Name: "metric"}},
		}},
	}
}

// support is a service with a metric of every kind, in the manner of the reference service.
func support(t testing.TB) *ir.Program {
	category := closed("category", "technical_support", "billing_inquiry", "bug_report")
	provider := closed("provider", "anthropic", "openai")
	engine, found := closed("engine", "vector", "text"), closed("found", "yes", "no", "stale")
	never := []ir.Combination{{{Label: "engine", Values: []string{"vector"}}, {Label: "found", Values: []string{"stale"}}}}
	p := program("ai-agent", "support",
		&ir.Metric{
			Name: "ai_agent_cached_total", Type: ir.Counter, Unit: mustUnit(t, "answers"), Help: "Answers from the cache",
			Labels: []ir.Label{engine, found, capped("model", 5)}, Exclude: never,
		},
		&ir.Metric{Name: "ai_agent_last_batch_timestamp_seconds", Type: ir.Gauge, Unit: unit.Second, Help: "When the last batch was done"},
		&ir.Metric{Name: "ai_agent_oldest_ticket_age_seconds", Type: ir.Gauge, Unit: unit.Second, Help: "How long the oldest ticket has waited"},
		&ir.Metric{Name: "ai_agent_retries_total", Type: ir.Counter, Unit: mustUnit(t, "retries"), Help: "Retries", Labels: []ir.Label{closed("priority", "high", "medium", "low")}, Lazy: true},
		&ir.Metric{
			Name: "ai_agent_searches_total", Type: ir.Counter, Unit: mustUnit(t, "searches"), Help: "Searches",
			Labels: []ir.Label{engine, found}, Exclude: never,
		},
		&ir.Metric{Name: "ai_agent_spent_dollars_total", Type: ir.Counter, Unit: mustUnit(t, "USD"), Help: "Money spent"},
		&ir.Metric{Name: "ai_agent_batch_busy_seconds_total", Type: ir.Counter, Unit: unit.Second, Help: "Time spent on batches"},
		&ir.Metric{Name: "ai_agent_confidence_score", Type: ir.Gauge, Unit: unit.Ratio, Help: "How sure the agent is.", Labels: []ir.Label{category}},
		&ir.Metric{
			Name: "ai_agent_deployment_version_info", Type: ir.Info, Help: "What is deployed",
			Labels: []ir.Label{capped("commit_sha", 100), capped("version", 100)},
		},
		&ir.Metric{
			Name: "ai_agent_http_request_duration_seconds", Type: ir.Histogram, Unit: unit.Second, Help: "Time until a request is answered",
			Labels: []ir.Label{closed("code", "404", "2xx", "4xx", "5xx", "other"), closed("route", "/status/{code}", "other")}, Buckets: []float64{0.1, 1}, Classic: true,
		},
		&ir.Metric{
			Name: "ai_agent_http_requests_total", Type: ir.Counter, Unit: mustUnit(t, "requests"), Help: "HTTP requests answered",
			Labels: []ir.Label{
				capped("endpoint", 50), closed("method", "GET", "POST", "PUT", "PATCH", "DELETE", "other"),
				{Name: "status", Max: 20, Pattern: "[1-5][0-9][0-9]"},
			},
		},
		&ir.Metric{
			Name: "ai_agent_llm_api_requests_total", Type: ir.Counter, Unit: mustUnit(t, "requests"), Help: "Calls of a language model",
			Labels: []ir.Label{capped("model", 20), provider, closed("status", "success", "error")},
		},
		&ir.Metric{
			Name: "ai_agent_llm_response_duration_seconds", Type: ir.Histogram, Unit: unit.Second, Help: "Time until a language model answered",
			Labels: []ir.Label{capped("model", 20), provider}, Buckets: []float64{0.5, 1, 2, 3, 5, 10, 15, 20, 30, 60}, Classic: true,
		},
		&ir.Metric{Name: "ai_agent_prompt_tokens", Type: ir.Histogram, Unit: mustUnit(t, "tokens"), Help: "Tokens of a prompt", Native: true},
		&ir.Metric{Name: "ai_agent_queue_depth", Type: ir.Gauge, Unit: mustUnit(t, "tickets"), Help: "Tickets that wait", Labels: []ir.Label{closed("priority", "high", "medium", "low")}},
		&ir.Metric{
			Name: "ai_agent_response_duration_milliseconds", Type: ir.Histogram, Unit: mustUnit(t, "ms"), Help: "Time until a customer got an answer",
			Buckets: []float64{100, 250, 500, 1000, 30000}, Classic: true,
		},
		&ir.Metric{
			Name: "ai_agent_tickets_processed_total", Type: ir.Counter, Unit: mustUnit(t, "tickets"), Help: "Tickets processed",
			Labels: []ir.Label{category, closed("channel", "web", "email")},
		},
		&ir.Metric{Name: "up", Catalog: "scrape", Type: ir.Gauge},
	)
	for _, metric := range p.Metrics {
		switch metric.Name {
		case "ai_agent_http_requests_total":
			p.Instrument.HTTP = &ir.HTTP{Requests: metric, Duration: p.Instrument.HTTP.Duration}
		case "ai_agent_http_request_duration_seconds":
			p.Instrument.HTTP = &ir.HTTP{Duration: metric}
		}
	}
	slices.SortFunc(p.Metrics, func(a, b *ir.Metric) int { return strings.Compare(a.Name, b.Name) })
	return p
}

// awkward has names that are not what Go wants.
func awkward() *ir.Program {
	return program("a \"quoted\" name", "awkward",
		&ir.Metric{Name: "A_b", Type: ir.Counter, Help: "`quotes\" and \\ and\nlines\n//go:build never"},
		&ir.Metric{Name: "_a", Type: ir.Gauge, Help: "h", Labels: []ir.Label{capped("func", 2), capped("m", 0), capped("prometheus", 2)}},
		&ir.Metric{Name: "a:b", Type: ir.Histogram, Help: "h", Buckets: []float64{0.001, 1e6}, Classic: true},
		&ir.Metric{Name: "a__b", Type: ir.Counter, Help: "*/ h", Labels: []ir.Label{
			closed("counter", "", "+", "-", "a b", "a-b", "a_b", "GET", "get"), closed("parse_x", "x"), closed("x", "1.5", "15", "é", "数"),
		}},
		&ir.Metric{Name: "a_b", Type: ir.Info, Help: "h", Labels: []ir.Label{closed("test", "overflow", "nothing"), closed("type", "string", "string")}},
		&ir.Metric{Name: "days", Type: ir.Histogram, Unit: must(unit.Parse("d")), Help: "h", Labels: []ir.Label{closed("x", "y")}, Native: true, Classic: true, Buckets: []float64{1, 7}},
		&ir.Metric{Name: "len", Type: ir.Gauge, Help: "h", Labels: []ir.Label{closed("x", "y")}},
		&ir.Metric{Name: "set_a_b", Type: ir.Counter, Help: "h", Labels: []ir.Label{capped("string", 3), closed("x", "y")}},
		&ir.Metric{Name: "数", Type: ir.Gauge, Help: "h", Labels: []ir.Label{capped("数", 3)}},
	)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// speed has the metrics that benchmarks compare with client_golang's own.
func speed() *ir.Program {
	region := closed("region", "africa", "america", "antarctica", "asia", "australia", "europe", "moon", "mars", "venus", "pluto")
	method := closed("method", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "other")
	status := closed("status", "200", "201", "204", "301", "302", "400", "404", "429", "500", "503")
	counter := func(name string, labels ...ir.Label) *ir.Metric {
		return &ir.Metric{Name: name, Type: ir.Counter, Help: "Requests.", Unit: must(unit.Parse("requests")), Labels: labels}
	}
	histogram := func(name string, labels ...ir.Label) *ir.Metric {
		return &ir.Metric{
			Name: name, Type: ir.Histogram, Help: "Time of requests.", Unit: unit.Second, Labels: labels,
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}, Classic: true,
		}
	}
	return program("speed", "speed",
		counter("requests_a_total"), counter("requests_b_total", method), counter("requests_c_total", method, status),
		counter("requests_d_total", method, region, status),
		counter("routes_a_total", capped("route", 50)), counter("routes_b_total", method, capped("route", 50)),
		counter("routes_c_total", method, capped("route", 50), status),
		histogram("request_a_seconds"), histogram("request_b_seconds", method, status), histogram("route_a_seconds", capped("route", 50)),
	)
}
