package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// collector exposes the last good answer and how the poller fares. A scrape reads memory, and never asks Cost Explorer.
type collector struct {
	poller *poller
	cost   *prometheus.Desc

	succeeded, month, next, requests, errors *prometheus.Desc
}

const prefix = "belfry_cost_exporter_"

func newCollector(p *poller) *collector {
	var labels []string
	if p.config.Label != "" {
		labels = []string{p.config.Label}
	}
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prefix+name, help, labels, nil)
	}
	return &collector{
		poller: p, cost: prometheus.NewDesc(p.config.Metric, p.config.Help, labels, nil),
		succeeded: describe("last_success_timestamp_seconds", "When Cost Explorer last gave a whole answer; 0 where it never has."),
		month:     describe("month_start_timestamp_seconds", "When the month began that the exposed cost is of; 0 where there is none."),
		next:      describe("next_refresh_timestamp_seconds", "When Cost Explorer is asked next."),
		requests:  describe("requests_total", "Requests sent to Cost Explorer, retries included. AWS bills each one that it answers."),
		errors:    describe("refresh_errors_total", "Refreshes that failed, and left the last good cost in place.", "reason"),
	}
}

// Describe sends the descriptions of all metrics.
func (c *collector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, one := range []*prometheus.Desc{c.cost, c.succeeded, c.month, c.next, c.requests, c.errors} {
		descriptions <- one
	}
}

// Collect sends the series of one answer: all of it, or none before the first.
func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	now := c.poller.snapshot()
	send := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	for group, amount := range now.Amounts {
		if c.poller.config.Label == "" {
			send(c.cost, prometheus.GaugeValue, amount)
			continue
		}
		send(c.cost, prometheus.GaugeValue, amount, group)
	}
	send(c.succeeded, prometheus.GaugeValue, seconds(now.Succeeded))
	send(c.month, prometheus.GaugeValue, monthStart(now.Month))
	send(c.next, prometheus.GaugeValue, seconds(now.NotBefore))
	send(c.requests, prometheus.CounterValue, float64(now.Requests+c.poller.sent.Load()))
	for _, reason := range reasons {
		send(c.errors, prometheus.CounterValue, float64(now.Errors[reason]), reason)
	}
}

// seconds is a time as Prometheus has it; no time is 0.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

func monthStart(month string) float64 {
	start, err := time.Parse(time.DateOnly, month)
	if err != nil { // there has been no answer
		return 0
	}
	return seconds(start)
}
