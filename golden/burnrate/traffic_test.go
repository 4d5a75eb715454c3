package burnrate

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// trafficSpec has an SLO whose counters may wait for their first event, and one whose counters are there from the start; each
// with a least traffic, and one that asks for many events before it judges.
const trafficSpec = specHead + `
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: status: {max: 9, pattern: "[1-5].."}}
	latency_seconds: {type: "histogram", unit: "s", help: "Time to answer.", buckets: [0.5, 1]}
}
signals: {
	error_rate: {title: "Errors", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	fast: {title: "Fast", within: "latency_seconds", bound: "500ms", over: "5m"}
}
slos: {
	lazy: {title: "Lazy", bad: "error_rate", objective: "99%", traffic: atLeast: "60 requests/min"}
	eager: {title: "Eager", good: "fast", objective: "99%"}
	judged: {title: "Judged", bad: "error_rate", objective: "99%", minEvents: 50}
}
`

// Something happens two hours after the beginning.
const (
	happens    = 2 * time.Hour
	trafficEnd = 6 * time.Hour
)

// replica is what one process exposes: nothing outside of its life. Where it is scraped in vain, its target is there and down.
type replica struct {
	instance            string
	from, to, down      time.Duration
	restarts            time.Duration // misses a scrape, and counts from zero again
	rate, failing       func(at time.Duration) float64
	noRequests, renamed time.Duration // from when on the metrics are not there; 0 for never
}

func steady(rate float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return rate }
}

func (r replica) add(m memory) {
	lives := func(at time.Duration) bool { return at >= r.from && (r.to == 0 || at < r.to) }
	exposes := func(at time.Duration) bool {
		return lives(at) && (r.down == 0 || at < r.down) && (r.renamed == 0 || at < r.renamed)
	}
	expose := func(exposed bool, each func(at time.Duration) float64, name string, pairs ...string) {
		if !exposed {
			return
		}
		sum := 0.0
		values := make([]float64, trafficEnd/scrape+1)
		for i := range values {
			at := time.Duration(i) * scrape
			if r.restarts > 0 && at == r.restarts {
				sum = 0
			}
			if values[i] = stale; exposes(at) && (r.restarts == 0 || at != r.restarts) {
				if at > r.from {
					sum += each(at) * scrape.Seconds()
				}
				values[i] = sum
			}
		}
		m.add(&series{labels: ofShop(name, append(pairs, "instance", r.instance)), start: epoch, step: scrape, values: values})
	}
	failing := r.failing
	if failing == nil {
		failing = steady(0)
	}
	sound := func(at time.Duration) float64 { return r.rate(at) - failing(at) }
	hasRequests := r.noRequests == 0
	expose(hasRequests, sound, "requests_total", "status", "200")
	expose(hasRequests && r.failing != nil, failing, "requests_total", "status", "500")
	expose(true, r.rate, "latency_seconds_count")
	expose(true, r.rate, "latency_seconds_bucket", "le", "0.5")
	up := make([]float64, trafficEnd/scrape+1)
	for i := range up {
		at := time.Duration(i) * scrape
		switch {
		case !lives(at):
			up[i] = stale
		case r.down == 0 || at < r.down:
			up[i] = 1
		}
	}
	m.add(&series{labels: ofShop("up", []string{"instance", r.instance}), start: epoch, step: scrape, values: up})
}

// TestAlertsOnTheIndicatorItself plays what happens to a service, and says which alerts fire and how long after it; all others
// must be silent.
func TestAlertsOnTheIndicatorItself(t *testing.T) {
	until := func(end time.Duration, rate float64) func(time.Duration) float64 {
		return func(at time.Duration) float64 {
			if at < end {
				return rate
			}
			return 0
		}
	}
	onceFailed := func(rate float64) func(time.Duration) float64 {
		return func(at time.Duration) float64 {
			if at == happens {
				return rate + 1/scrape.Seconds()
			}
			return rate
		}
	}
	const replaced = happens + 8*time.Minute
	cases := map[string]struct {
		replicas []replica
		fires    map[string]time.Duration // at most this long after it happened
	}{
		"all is well": {[]replica{{instance: "a", rate: steady(10)}}, nil},
		"a deployment stops everything for eight minutes": {[]replica{
			{instance: "a", rate: steady(10), to: happens}, {instance: "b", rate: steady(10), from: replaced},
		}, nil},
		"a rolling deployment": {[]replica{
			{instance: "a", rate: steady(10), to: happens}, {instance: "b", rate: steady(10), from: happens - time.Minute},
		}, nil},
		"a restart": {[]replica{{instance: "a", rate: steady(10), restarts: happens}}, nil},
		"a series of errors begins": {[]replica{
			{instance: "a", rate: steady(10)}, {instance: "b", rate: steady(0.01), failing: steady(0.01), from: happens},
		}, nil},
		"nothing is asked yet": {[]replica{{instance: "a", rate: steady(0), noRequests: 1}}, map[string]time.Duration{"LazyTrafficLow": 0}},
		"the metrics are renamed": {[]replica{{instance: "a", rate: steady(10), renamed: happens}}, map[string]time.Duration{
			"EagerNoData": 21 * time.Minute, "LazyTrafficLow": 16 * time.Minute,
		}},
		"the service is removed": {[]replica{{instance: "a", rate: steady(10), to: happens}}, map[string]time.Duration{
			"EagerNoData": 21 * time.Minute, "LazyNoData": 21 * time.Minute, "JudgedNoData": 21 * time.Minute, "LazyTrafficLow": 16 * time.Minute,
		}},
		"the service is down": {[]replica{{instance: "a", rate: steady(10), down: happens}}, map[string]time.Duration{
			"EagerNoData": 21 * time.Minute, "LazyNoData": 21 * time.Minute, "JudgedNoData": 21 * time.Minute, "LazyTrafficLow": 16 * time.Minute,
		}},
		"an outage stops the traffic": {[]replica{{instance: "a", rate: until(happens, 10)}}, map[string]time.Duration{"LazyTrafficLow": 16 * time.Minute}},
		"one of a few requests fails": {[]replica{{instance: "a", rate: onceFailed(3. / 3600), failing: onceFailed(0)}}, map[string]time.Duration{
			"LazyTrafficLow": 0, "LazyBurnRatePage": 2 * time.Minute, "LazyBurnRateTicket": time.Hour,
		}},
		"many requests fail": {[]replica{{instance: "a", rate: steady(10), failing: func(at time.Duration) float64 {
			if at >= happens {
				return 5
			}
			return 0
		}}}, map[string]time.Duration{
			"LazyBurnRatePage": 20 * time.Minute, "JudgedBurnRatePage": 20 * time.Minute, "LazyBurnRateTicket": time.Hour, "JudgedBurnRateTicket": time.Hour,
		}},
	}
	shipped := compiledFrom(t, trafficSpec)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			stored := memory{}
			for _, r := range c.replicas {
				r.add(stored)
			}
			s := newSimulation(t, stored)
			fired := map[string]bool{}
			for _, groups := range shipped {
				w := window{epoch, epoch.Add(trafficEnd)}
				s.run(groups, w, func(rulefmt.Rule) bool { return true })
				for _, rule := range groups[0].rules {
					if rule.Alert == "" {
						continue
					}
					at, ok := s.fires(groups[0], rule, window{epoch.Add(10 * time.Minute), w.to})
					limit, expected := c.fires[rule.Alert]
					switch {
					case ok && !expected:
						t.Errorf("%s fires after %v", rule.Alert, at.Sub(epoch))
					case ok && limit > 0 && (at.Sub(epoch) < happens || at.Sub(epoch) > happens+limit):
						t.Errorf("%s fires after %v, want at most %v after %v", rule.Alert, at.Sub(epoch), limit, happens)
					}
					fired[rule.Alert] = ok
				}
			}
			for alert := range c.fires {
				if !fired[alert] {
					t.Errorf("%s does not fire", alert)
				}
			}
		})
	}
}

// TestAGroupThatLosesItsTrafficIsMissed ends the series of one value of a label, as a deployment without it does: its traffic
// is none then, and that of the others is enough.
func TestAGroupThatLosesItsTrafficIsMissed(t *testing.T) {
	shipped := compiledFrom(t, specHead+`
metrics: requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: {method: ["GET", "POST"], status: {max: 9, pattern: "[1-5].."}}}
signals: error_rate: {title: "Errors", share: "requests_total", matching: "status=~'5..'", over: "5m"}
slos: s: {title: "S", bad: "error_rate", objective: "99%", by: ["method"], traffic: atLeast: "60 requests/min"}
`)["s"]
	stored := memory{}
	for method, ends := range map[string]time.Duration{"GET": trafficEnd, "POST": happens} {
		values := make([]float64, trafficEnd/scrape+1)
		for i := range values {
			if values[i] = float64(i) * 300; time.Duration(i)*scrape > ends {
				values[i] = stale
			}
		}
		stored.add(&series{labels: ofShop("requests_total", []string{"method", method, "status", "200"}), start: epoch, step: scrape, values: values})
	}
	s := newSimulation(t, stored)
	w := window{epoch, epoch.Add(trafficEnd)}
	s.run(shipped, w, func(rulefmt.Rule) bool { return true })
	for _, rule := range shipped[0].rules {
		if rule.Alert == "" {
			continue
		}
		at, fires := s.fires(shipped[0], rule, window{epoch.Add(10 * time.Minute), w.to})
		if wanted := rule.Alert == "STrafficLow"; fires != wanted {
			t.Errorf("%s fires: %v, want %v", rule.Alert, fires, wanted)
		} else if late := at.Sub(epoch) - happens; wanted && (late < 0 || late > 16*time.Minute) {
			t.Errorf("%s fires %v after it", rule.Alert, late)
		}
		if matrix := s.evaluate(shipped[0], rule.Expr, w); rule.Alert == "STrafficLow" && (len(matrix) != 1 || matrix[0].Metric.Get("method") != "POST") {
			t.Errorf("it is said of %v", matrix)
		}
	}
}

// fires is when an alert begins to fire: its condition has held for as long as it asks.
func (s *simulation) fires(g group, rule rulefmt.Rule, w window) (time.Time, bool) {
	s.Helper()
	for _, held := range firingsOf(s.evaluate(g, rule.Expr, w), g.interval) {
		if at := held.from.Add(time.Duration(rule.For)); at.Before(held.to) {
			return at, true
		}
	}
	return time.Time{}, false
}

// calendarSpec has an SLO for each calendar, one of them for each value of a label.
const calendarSpec = specHead + `
platform: prometheus: retention: "31d"
metrics: requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: {method: ["GET", "POST"], status: {max: 9, pattern: "[1-5].."}}}
signals: error_rate: {title: "Errors", share: "requests_total", matching: "status=~'5..'", over: "5m"}
_quiet: {page: enabled: false, ticket: enabled: false, noData: enabled: false, window: "1d"}
slos: {
	monthly: _quiet & {title: "Month", bad: "error_rate", objective: "90%", calendar: "month"}
	weekly: _quiet & {title: "Week", bad: "error_rate", objective: "90%", calendar: "week", by: ["method"]}
}
`

// TestTheCalendarBeginsAnew counts errors before and after the ends of a month and of a week, and holds the calendar's error
// ratio against what happened since.
func TestTheCalendarBeginsAnew(t *testing.T) {
	// 31 January and 1 February 2024 are a Wednesday and a Thursday; the week ends with Sunday, 4 February.
	month, week := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 5, 0, 0, 0, 0, time.UTC)
	start, end := month.Add(-31*day), week.Add(2*day)
	n := int(end.Sub(start)/scrape) + 1
	stored := memory{}
	for _, method := range []string{"GET", "POST"} {
		good, bad := make([]float64, n), make([]float64, n)
		for i := 1; i < n; i++ {
			at, failed := start.Add(time.Duration(i)*scrape), 1.
			switch {
			case method == "GET":
				failed = 0
			case !at.After(month):
				failed = 5
			case at.After(week):
				failed = 2
			}
			good[i], bad[i] = good[i-1]+10-failed, bad[i-1]+failed
		}
		stored.add(&series{labels: ofShop("requests_total", []string{"method", method, "status", "200"}), start: start, step: scrape, values: good})
		if method == "POST" {
			stored.add(&series{labels: ofShop("requests_total", []string{"method", method, "status", "500"}), start: start, step: scrape, values: bad})
		}
	}
	s := newSimulation(t, stored)
	shipped := compiledFrom(t, calendarSpec)
	for _, groups := range shipped {
		s.run(groups, window{start, end}, func(r rulefmt.Rule) bool { return r.Record == "slo:total:rate5m" || r.Record == "slo:bad:rate5m" })
	}
	inMonth := func(at time.Time) float64 { // of two methods, one of which never fails
		before := min(at.Sub(month), week.Sub(month)).Hours()
		return (before*0.1 + max(0, at.Sub(week).Hours())*0.2) / at.Sub(month).Hours() / 2
	}
	for _, c := range []struct {
		slo, group string
		at         time.Time
		want       float64
	}{
		{"monthly", "", month.Add(-time.Hour), 0.25},
		{"monthly", "", month.Add(12 * time.Hour), inMonth(month.Add(12 * time.Hour))},
		{"monthly", "", week.Add(day), inMonth(week.Add(day))},
		{"weekly", `method="POST"`, week.Add(-time.Hour), (3*0.5 + (4-1./24)*0.1) / (7 - 1./24)}, // Monday to Wednesday were of January
		{"weekly", `method="POST"`, week.Add(12 * time.Hour), 0.2},
		{"weekly", `method="POST"`, week.Add(2 * day), 0.2},
		{"weekly", `method="GET"`, week.Add(12 * time.Hour), 0},
	} {
		expr := recordedExpr(t, shipped[c.slo], "slo:calendar_error_ratio:ratio")
		if c.group != "" {
			expr = "(" + expr + ") and on (method) slo:total:rate5m{" + c.group + `,slo="` + c.slo + `"}`
		}
		// A rate over five minutes that begins before the edge counts what happened there.
		edge := week
		if c.at.Before(week) || c.slo == "monthly" {
			edge = month
		}
		allowed := 0.01*c.want + 0.5*float64(5*time.Minute)/float64(max(time.Hour, c.at.Sub(edge)))
		if c.group == `method="GET"` {
			allowed = 0
		}
		if got := s.at(expr, c.at); math.Abs(got-c.want) > allowed {
			t.Errorf("%s %s at %v: %v, want %v", c.slo, c.group, c.at, got, c.want)
		}
	}
}
