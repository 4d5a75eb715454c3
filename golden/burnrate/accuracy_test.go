package burnrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/belfry-dev/belfry/internal/unit"
)

// traffic is a month of requests to two replicas: whole requests, busy days and quiet nights, and what fails of them.
type traffic struct {
	name     string
	restarts time.Duration // how often a replica starts anew from zero; 0 for never
	failing  func(time.Duration) float64
}

// night fails while few are awake: a mean of ratios would count each of its minutes like one of the day.
func night(at time.Duration) float64 {
	hour, date := at%day, at/day
	switch {
	case hour > 2*time.Hour && hour < 4*time.Hour && date%3 == 0:
		return 0.4
	case hour > 14*time.Hour && hour < 14*time.Hour+7*time.Minute && date%5 == 1:
		return 0.03
	default:
		return 0.0005
	}
}

// bursts fails for half a minute in each hour, as a job or a deployment does.
func bursts(at time.Duration) float64 {
	if at%time.Hour < scrape {
		return 0.2
	}
	return 0.0001
}

var traffics = []traffic{
	{"night", 0, night},
	{"bursts", 0, bursts},
	{"restarts", 31 * time.Hour, night},
}

// events are what really happened.
type events struct{ bad, all float64 }

// series counts the events over the month, and says how many there were in its last days.
func (t traffic) series(random *rand.Rand, period time.Duration) (memory, events) {
	n := int(history/scrape) + 1
	m, truth := memory{}, events{}
	for replica := range 2 {
		good, bad, all := make([]float64, n), make([]float64, n), make([]float64, n)
		var goodSum, badSum float64
		for k := 1; k < n; k++ {
			at := time.Duration(k) * scrape
			if t.restarts > 0 && (at+time.Duration(replica)*time.Hour)%t.restarts < scrape {
				goodSum, badSum = 0, 0
			}
			count := poisson(random, 30*requestRate(at))
			failed := binomial(random, count, t.failing(at-scrape))
			goodSum, badSum = goodSum+count-failed, badSum+failed
			good[k], bad[k], all[k] = goodSum, badSum, goodSum+badSum
			if at > history-period {
				truth.bad, truth.all = truth.bad+failed, truth.all+count
			}
		}
		add := func(values []float64, name string, pairs ...string) {
			pairs = append(pairs, model.MetricNameLabel, name, "job", "shop", "namespace", "web", "instance", fmt.Sprint(replica))
			m.add(&series{labels: labels.FromStrings(pairs...), start: epoch, step: scrape, values: values})
		}
		add(good, "requests_total", "status", "200")
		add(bad, "requests_total", "status", "500")
		add(all, "latency_seconds_count")
		add(good, "latency_seconds_bucket", "le", "0.5")
	}
	return m, truth
}

// requestRate swings between 1 and 60 requests a second and is highest at 14:00.
func requestRate(at time.Duration) float64 {
	hour := (at % day).Hours()
	return math.Exp((1 + math.Cos((hour-14)/12*math.Pi)) / 2 * math.Log(60))
}

func poisson(random *rand.Rand, mean float64) float64 {
	return max(0, math.Round(mean+random.NormFloat64()*math.Sqrt(mean)))
}

func binomial(random *rand.Rand, n, share float64) float64 {
	mean := n * share
	if mean > 20 {
		return min(n, max(0, math.Round(mean+random.NormFloat64()*math.Sqrt(mean*(1-share)))))
	}
	failed := 0.0
	for range int(n) {
		if random.Float64() < share {
			failed++
		}
	}
	return failed
}

// TestPeriodIsExact compares the error ratio over the period with the raw increase over it, and with the events.
func TestPeriodIsExact(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "traffic\tSLO\terror ratio\tfrom the raw increase\traw increase from the events\tmean of ratios\t")
	shipped := compiled(t)
	for _, traffic := range traffics {
		stored, truth := traffic.series(rand.New(rand.NewPCG(1, 1)), 30*day)
		for _, slo := range []string{"availability", "latency"} {
			if slo == "latency" && !*long && traffic.name != "night" {
				continue
			}
			s := newSimulation(t, stored)
			s.run(shipped[slo], window{epoch, epoch.Add(history)}, func(r rulefmt.Rule) bool { return strings.HasSuffix(r.Record, "rate5m") })
			of := `{slo="` + slo + `"}`
			// The last scrape is at the end of history; the rules see it at their evaluation before that.
			end := epoch.Add(history)
			recorded := s.at(recordedExpr(t, shipped[slo], "slo:error_ratio:rate30d"), end)
			raw := s.at(fmt.Sprintf(rawRatio[slo], "30d"), end)
			mean := s.at("avg_over_time(slo:error_ratio:rate5m"+of+"[30d])", end)
			happened := truth.bad / truth.all
			fmt.Fprintf(w, "%s\t%s\t%.4f%%\t%+.4f%%\t%+.4f%%\t%.1f ×\t\n", traffic.name, slo, 100*recorded, 100*(recorded/raw-1), 100*(raw/happened-1), mean/happened)
			if off := math.Abs(recorded/raw - 1); off > 0.001 {
				t.Errorf("%s, %s: %v is %.3f%% from the raw %v", traffic.name, slo, recorded, 100*off, raw)
			}
		}
	}
	w.Flush()
	show(t, &table)
}

var rawRatio = map[string]string{
	"availability": `sum(increase(requests_total{status="500"}[%[1]s])) / sum(increase(requests_total[%[1]s]))`,
	"latency":      `1 - sum(increase(latency_seconds_bucket[%[1]s])) / sum(increase(latency_seconds_count[%[1]s]))`,
}

func recordedExpr(tb testing.TB, groups [2]group, record string) string {
	tb.Helper()
	for _, g := range groups {
		for _, rule := range g.rules {
			if rule.Record == record {
				return rule.Expr
			}
		}
	}
	tb.Fatalf("nothing records %s", record)
	return ""
}

// lag is how much later than raw series the recorded rates show what happens: they reach back five minutes each, and long
// windows are evaluated every two.
func lag(window time.Duration) time.Duration {
	switch {
	case window <= time.Hour:
		return 0
	case window < day:
		return 5*time.Minute + scrape
	default:
		return 7*time.Minute + scrape
	}
}

// TestWindowsAreExact compares the error ratio of each window with the raw query at every evaluation of some days: it must
// be what the raw query is now, or has been within the lag. A raw query over 240 scrapes sees what happened in the 239
// intervals between them. The recorded rates overlap and see all 240, so theirs is the raw query over one scrape more.
func TestWindowsAreExact(t *testing.T) {
	const allowed = 0.005
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "window\toff over as many scrapes\toff the query over the window itself\twithin a lag of\t")
	stored, _ := traffics[0].series(rand.New(rand.NewPCG(2, 2)), 30*day)
	s := newSimulation(t, stored)
	from := epoch.Add(9 * day)
	w := window{from, from.Add(3 * day)}
	s.run(compiled(t)["availability"], window{epoch, w.to}, func(r rulefmt.Rule) bool { return !strings.HasSuffix(r.Record, "rate30d") })
	for _, length := range []time.Duration{5 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, day, 3 * day} {
		full := length
		if lag(length) > 0 {
			full += scrape
		}
		off, literally := s.deviation(length, full, w), s.deviation(length, length, w)
		fmt.Fprintf(table, "%s\t%.3f%%\t%.3f%%\t%v\t\n", unit.FormatDuration(length), 100*off, 100*literally, lag(length))
		if off > allowed {
			t.Errorf("%s is %.2f%% off", unit.FormatDuration(length), 100*off)
		}
	}
	table.Flush()
	show(t, &text)
}

// deviation is the greatest distance of a recorded ratio from all that a raw query over the range has been within the lag.
func (s *simulation) deviation(length, over time.Duration, w window) float64 {
	s.Helper()
	every := group{interval: scrape, phase: 5 * time.Second}
	behind := int(lag(length) / scrape)
	recorded := s.evaluate(every, "slo:error_ratio:rate"+unit.FormatDuration(length), w)
	raw := s.evaluate(every, fmt.Sprintf(rawRatio["availability"], unit.FormatDuration(over)), window{w.from.Add(-lag(length)), w.to})
	if len(recorded) != 1 || len(raw) != 1 || len(raw[0].Floats) != len(recorded[0].Floats)+behind {
		s.Fatalf("%v: there are gaps", length)
	}
	worst := 0.0
	for i, p := range recorded[0].Floats {
		low, high := math.Inf(1), 0.0
		for _, before := range raw[0].Floats[i : i+behind+1] {
			low, high = min(low, before.F), max(high, before.F)
		}
		if p.F < low {
			worst = max(worst, low/p.F-1)
		}
		if p.F > high {
			worst = max(worst, p.F/high-1)
		}
	}
	return worst
}

// TestNoErrorsAreZeroErrors proves that a service without any series of errors has a ratio of zero and its whole budget,
// over every window.
func TestNoErrorsAreZeroErrors(t *testing.T) {
	for _, o := range objectives {
		s := newSimulation(t, memory{})
		for status := 200; status < 203; status++ {
			s.stored.counter("requests_total", "status", fmt.Sprint(status))
		}
		s.stored.counter("latency_seconds_count")
		s.stored.counter("latency_seconds_bucket", "le", "0.5")
		groups, end := compiled(t)[o.slo], epoch.Add(7*time.Hour)
		s.run(groups, window{epoch.Add(time.Hour), end}, func(rulefmt.Rule) bool { return true })
		for _, g := range groups {
			for _, rule := range g.rules {
				switch {
				case strings.HasPrefix(rule.Record, "slo:error_ratio"):
					if got := s.at(rule.Record, end); got != 0 {
						t.Errorf("%s: %s is %v, want 0", o.slo, rule.Record, got)
					}
				case rule.Record == "slo:budget_remaining:ratio":
					if got := s.at(rule.Record, end); got != 1 {
						t.Errorf("%s: %s is %v, want 1", o.slo, rule.Record, got)
					}
				}
			}
		}
	}
}

// TestRangeQueriesEqualEvaluations proves that the rules may be evaluated all at once: range queries give, bit by bit, what
// an evaluation after the other gives.
func TestRangeQueriesEqualEvaluations(t *testing.T) {
	groups := compiled(t)["availability"]
	stored, _ := traffics[0].series(rand.New(rand.NewPCG(3, 3)), 30*day)
	s := newSimulation(t, stored)
	w := window{epoch, epoch.Add(7 * time.Hour)}
	s.run(groups, w, func(rulefmt.Rule) bool { return true })
	compared := 0
	for _, g := range groups {
		for _, rule := range g.rules {
			if rule.Record == "" {
				continue
			}
			for at := g.first(w.from.Add(6 * time.Hour)); at.Before(w.to); at = at.Add(g.interval) {
				if one, all := s.at(rule.Expr, at), s.at(rule.Record, at); one != all {
					t.Fatalf("%s at %v: %v alone, %v in a range", rule.Record, at.Sub(epoch), one, all)
				}
				compared++
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d values were compared", compared)
	}
}
