package burnrate

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// specHead begins the specs below: a service that is scraped every half minute.
const specHead = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
receivers: pager: pagerduty: routingKey: secret: {name: "pagerduty", key: "web"}
routing: receiver: "pager"
`

// kindsSpec has an SLO of each kind, over a day and with one tier, so that a day can be evaluated quickly.
const kindsSpec = specHead + `
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: {method: ["GET", "POST"], status: {max: 9, pattern: "[1-5].."}}}
	sent_total: {type: "counter", unit: "mails", help: "Mails that arrived.", labels: method: ["GET", "POST"]}
	mails_total: {type: "counter", unit: "mails", help: "Mails.", labels: method: ["GET", "POST"]}
	latency_seconds: {type: "histogram", unit: "s", help: "Time to answer.", buckets: [0.5, 1]}
	upload_seconds: {type: "histogram", unit: "s", help: "Time of an upload.", histogram: "native"}
	probe_success: {type: "gauge", unit: "bool", help: "1 where the probe succeeded.", replicas: "add"}
	backup_seconds: {type: "gauge", unit: "s", help: "When the last backup succeeded.", replicas: "same"}
	queue_depth: {type: "gauge", unit: "orders", help: "Orders that wait.", replicas: "add"}
}
signals: {
	error_rate: {title: "Errors", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	success: {title: "Successes", share: "requests_total", matching: "status!~'5..',status!=''", over: "5m"}
	delivered: {title: "Delivered", ratio: "sent_total", to: "mails_total", over: "5m"}
	fast: {title: "Fast", within: "latency_seconds", bound: "500ms", over: "5m"}
	uploads: {title: "Uploads", within: "upload_seconds", bound: "1s", over: "5m"}
	healthy: {title: "Up", value: "up"}
	probed: {title: "Probe", value: "probe_success", where: "job='blackbox'"}
	age: {title: "Age of the backup", difference: "now", minus: "backup_seconds"}
	waiting: {title: "Orders that wait", value: "queue_depth"}
	slowest: {title: "p90", quantile: "latency_seconds", q: 0.9, over: "5m"}
	depth: {title: "Depth", expr: "max by (instance) (queue_depth)", unit: "orders"}
}
_all: {objective: "90%", window: "1d", ticket: enabled: false, page: {slow: enabled: false, fast: factor: 2}}
slos: {
	bad_share: _all & {title: "Bad share", bad: "error_rate"}
	good_share: _all & {title: "Good share", good: "success"}
	groups: _all & {title: "Groups", bad: "error_rate", by: ["method"]}
	good_groups: _all & {title: "Good groups", good: "delivered", by: ["method"]}
	classic: _all & {title: "Classic", good: "fast"}
	native: _all & {title: "Native", good: "uploads"}
	targets: _all & {title: "Targets", good: "healthy"}
	probes: _all & {title: "Probes", good: "probed"}
	fresh: _all & {title: "Fresh", good: "age", below: "2h"}
	queue: _all & {title: "Queue", bad: "waiting", above: "100 orders"}
	quick: _all & {title: "Quick", good: "slowest", below: "750ms"}
	shards: _all & {title: "Shards", good: "depth", below: "100 orders"}
	written: _all & {title: "Written", events: {bad: "sum(rate(requests_total{status=~'5..'}[$window]))", total: "sum(rate(requests_total[$window]))"}}
	amounts: _all & {title: "Amounts", events: {bad: "sum(increase(requests_total{status=~'5..'}[$window]))", total: "sum(increase(requests_total[$window]))"}}
	written_good: _all & {title: "Written", by: ["method"], limit: 5, events: {good: "sum by (method) (rate(sent_total[$window]))", total: "sum by (method) (rate(mails_total[$window]))"}}
}
`

// The day of the kinds: half of what is counted fails for two hours.
const (
	incidentFrom = 10 * time.Hour
	incidentTo   = 12 * time.Hour
	dayEnd       = 24*time.Hour + 30*time.Minute
)

func failing(at time.Duration) bool { return at >= incidentFrom && at < incidentTo }

// sampled adds a series that has a value at each scrape of the day.
func (m memory) sampled(value func(at time.Duration) float64, name string, pairs ...string) {
	values := make([]float64, dayEnd/scrape+1)
	for i := range values {
		values[i] = value(time.Duration(i) * scrape)
	}
	m.add(&series{labels: ofShop(name, pairs), start: epoch, step: scrape, values: values})
}

// counted adds a counter that grows by what a function gives for each scrape interval.
func (m memory) counted(each func(at time.Duration) float64, name string, pairs ...string) {
	sum := 0.0
	m.sampled(func(at time.Duration) float64 { sum += each(at); return sum }, name, pairs...)
}

func ofShop(name string, pairs []string) labels.Labels {
	b := labels.NewBuilder(labels.FromStrings(model.MetricNameLabel, name, "job", "shop", "namespace", "web"))
	for i := 0; i < len(pairs); i += 2 {
		b.Set(pairs[i], pairs[i+1])
	}
	return b.Labels()
}

// share gives a number of events of each interval: with and without the incident.
func share(sound, broken float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 {
		if failing(at - scrape) { // what a counter shows happened before
			return broken
		}
		return sound
	}
}

func state(sound, broken float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 {
		if failing(at) {
			return broken
		}
		return sound
	}
}

func kindsData() memory {
	m := memory{}
	m.counted(share(100, 100), "requests_total", "method", "GET", "status", "200")
	m.counted(share(100, 0), "requests_total", "method", "POST", "status", "200")
	m.counted(share(0, 100), "requests_total", "method", "POST", "status", "500")
	m.counted(share(100, 100), "sent_total", "method", "GET")
	m.counted(share(100, 100), "mails_total", "method", "GET")
	m.counted(share(0, 0), "sent_total", "method", "POST") // nothing arrives, and all of it is counted
	m.counted(share(0, 100), "mails_total", "method", "POST")
	// Nothing is asked in the first four hours: there is no quantile then.
	asked := func(sound, broken float64) func(time.Duration) float64 {
		return func(at time.Duration) float64 {
			if at <= 4*time.Hour {
				return 0
			}
			return share(sound, broken)(at)
		}
	}
	m.counted(asked(100, 50), "latency_seconds_bucket", "le", "0.5")
	m.counted(asked(100, 100), "latency_seconds_bucket", "le", "1.0")
	m.counted(asked(100, 100), "latency_seconds_bucket", "le", "+Inf")
	m.counted(asked(100, 100), "latency_seconds_count")
	uploads := make([]*histogram.FloatHistogram, dayEnd/scrape+1)
	quick, slow := 0.0, 0.0
	for i := range uploads {
		quick, slow = quick+share(100, 50)(time.Duration(i)*scrape), slow+share(0, 50)(time.Duration(i)*scrape)
		// Schema 0: the bucket with offset 0 ends at 1, the next at 2.
		uploads[i] = &histogram.FloatHistogram{Schema: 0, Count: quick + slow, PositiveSpans: []histogram.Span{{Offset: 0, Length: 2}}, PositiveBuckets: []float64{quick, slow}}
	}
	m.add(&series{labels: ofShop("upload_seconds", nil), start: epoch, step: scrape, histograms: uploads})
	for i := range 4 {
		m.sampled(state(1, float64(i%2)), "up", "instance", fmt.Sprint(i))
		m.sampled(state(1, float64(i%2)), "probe_success", "job", "blackbox", "instance", fmt.Sprint(i))
		m.sampled(state(10, 10+float64(i%2)*400), "queue_depth", "instance", fmt.Sprint(i))
	}
	// A backup each hour, but none after 10:00 until 16:00: it is two hours old from 12:00 on.
	m.sampled(func(at time.Duration) float64 {
		last := at.Truncate(time.Hour)
		if at >= incidentFrom && at < 16*time.Hour {
			last = incidentFrom
		}
		return float64(epoch.Add(last).Unix())
	}, "backup_seconds")
	return m
}

// TestEachKindCountsWhatHappened holds the error ratio of the hour and of the day, and the budget, against an incident of known
// size. A counter that rises from zero is not extrapolated to the begin of a range (rate of Prometheus), which costs the first
// five minutes of errors a little. Half of what is counted failed for 2 of the 24 hours, where a row does not say otherwise.
func TestEachKindCountsWhatHappened(t *testing.T) {
	const half, day = 0.5, 0.5 * 2 / 24
	rows := []struct {
		slo, group string
		hour, day  float64
		within     float64 // relative
	}{
		{"bad_share", "", half, day, 0.002},
		{"good_share", "", half, day, 0.002},
		{"groups", `method="GET"`, 0, 0, 0},
		{"groups", `method="POST"`, 1, 2. / 24, 0.002},
		{"good_groups", `method="GET"`, 0, 0, 0},
		{"good_groups", `method="POST"`, 1, 1, 0.001},
		{"classic", "", half, half * 2 / 20.5, 0.004}, // there were requests for 20.5 hours of the window
		{"native", "", half, day, 0.001},
		{"targets", "", half, day, 0.005},
		{"probes", "", half, day, 0.005},
		{"fresh", "", 0, 4. / 24, 0.005},
		{"queue", "", 1, 2. / 24, 0.005},
		{"quick", "", 1, (2 + 4./60) / 20.5, 0.02}, // the quantile looks back over 5m
		{"shards", "", half, day, 0.005},
		{"written", "", half, day, 0.002},
		{"amounts", "", half, day, 0.002},
		{"written_good", `method="GET"`, 0, 0, 0},
		{"written_good", `method="POST"`, 1, 1, 0.001},
	}
	stored := kindsData()
	shipped := compiledFrom(t, kindsSpec)
	s := newSimulation(t, stored)
	for _, rules := range shipped {
		s.run(rules, window{epoch, epoch.Add(dayEnd)}, func(rulefmt.Rule) bool { return true })
	}
	groups := map[string]int{} // by SLO
	for _, row := range rows {
		groups[row.slo]++
		of := `{slo="` + row.slo + `",` + row.group + `}`
		for _, figure := range []struct {
			expr string
			at   time.Duration
			want float64
		}{
			{"slo:error_ratio:rate1h" + of, incidentTo, row.hour},
			{"slo:error_ratio:rate1d" + of, dayEnd, row.day},
			{"slo:burn_rate:rate1d" + of, dayEnd, row.day / 0.1},
			{"1 - slo:budget_remaining:ratio" + of, dayEnd, row.day / 0.1},
		} {
			if got := s.at(figure.expr, epoch.Add(figure.at)); math.Abs(got-figure.want) > row.within*figure.want+1e-9 {
				t.Errorf("%s is %v at %v, want %v", figure.expr, got, figure.at, figure.want)
			}
		}
	}
	for _, slo := range []string{"bad_share", "good_share", "written", "amounts"} {
		const want = 200 / 30.
		if got := s.at(`slo:total:rate5m{slo="`+slo+`"}`, epoch.Add(dayEnd)); math.Abs(got-want) > 0.001*want {
			t.Errorf("%s counts %v events a second, want %v", slo, got, want)
		}
	}
	for slo := range shipped {
		if groups[slo] == 0 {
			t.Errorf("nothing is tested of %s", slo)
		}
		if info := fmt.Sprintf(`count(slo:info{slo=%q,objective="0.9",window="1d",sli!=""})`, slo); s.at(info, epoch.Add(dayEnd)) != 1 {
			t.Errorf("%s is not there", info)
		}
		if got := s.at(fmt.Sprintf(`slo:objective:ratio{slo=%q}`, slo), epoch.Add(dayEnd)); got != 0.9 {
			t.Errorf("objective of %s is %v", slo, got)
		}
		series := s.evaluate(shipped[slo][0], `slo:error_ratio:rate1h{slo="`+slo+`"}`, window{epoch.Add(dayEnd - time.Minute), epoch.Add(dayEnd)})
		if len(series) != groups[slo] {
			t.Errorf("%s has %d series of its error ratio, want %d", slo, len(series), groups[slo])
		}
	}
}
