package burnrate

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// long asks for every evaluation, scenario and phase; without it a few stand for all.
var long = flag.Bool("long", false, "measure every evaluation and scenario")

// epoch is a full hour, day and week.
var epoch = time.Unix(1_700_006_400, 0).Truncate(7 * day)

// layout is how a tool lays out the rules of an SLO.
type layout struct {
	name   string
	groups []group
}

// indicator is what an SLO counts: PromQL of bad and of all events, with %s for the range, and of the increase over the period.
type indicator struct {
	name, slo  string
	bad, total string
	raw        []string // series that the period is read from, where a layout reads it raw
	data       func(memory)
}

const own = `job="shop",namespace="web"`

// indicators read 500 series each: requests by status, a fifth of them failing, and a histogram's counts and buckets.
var indicators = []indicator{
	{
		name: "availability", slo: "availability",
		bad:   `sum(rate(requests_total{` + own + `,status=~"5.."}[%s]))`,
		total: `sum(rate(requests_total{` + own + `}[%s]))`,
		raw:   []string{`requests_total{` + own + `}`},
		data: func(m memory) {
			for i := range 500 {
				status := []string{"200", "201", "204", "404", "500"}[i%5]
				m.counter("requests_total", "instance", fmt.Sprint(i/5), "status", status)
				if i%5 == 0 { // the alert on missing data asks whether a target is up
					m.counter("up", "instance", fmt.Sprint(i/5))
				}
			}
		},
	},
	{
		name: "latency", slo: "latency",
		bad:   `(sum(rate(latency_seconds_count{` + own + `}[%[1]s])) - sum(rate(latency_seconds_bucket{` + own + `,le="0.5"}[%[1]s])))`,
		total: `sum(rate(latency_seconds_count{` + own + `}[%s]))`,
		raw:   []string{`latency_seconds_count{` + own + `}`, `latency_seconds_bucket{` + own + `,le="0.5"}`},
		data: func(m memory) {
			for i := range 250 {
				m.counter("latency_seconds_count", "instance", fmt.Sprint(i))
				m.counter("latency_seconds_bucket", "instance", fmt.Sprint(i), "le", "0.5")
			}
		},
	},
}

const history = 31 * day

var growing = func() []float64 {
	values := make([]float64, history/scrape+1)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}()

// counter adds a counter that grows by one a scrape.
func (m memory) counter(name string, pairs ...string) {
	set := labels.FromStrings(append(pairs, model.MetricNameLabel, name, "job", "shop", "namespace", "web")...)
	m.add(&series{labels: set, start: epoch, step: scrape, values: growing})
}

// sloth reads raw series over every window, and averages the ratios over 5m for the period.
func sloth(i indicator) layout {
	g := group{interval: 30 * time.Second, phase: 5 * time.Second}
	for _, w := range []string{"5m", "30m", "1h", "2h", "6h", "1d", "3d"} {
		expr := fmt.Sprintf(i.bad, w) + " / " + fmt.Sprintf(i.total, w)
		g.rules = append(g.rules, rulefmt.Rule{Record: "slo:sli_error:ratio_rate" + w, Expr: expr})
	}
	g.rules = append(g.rules,
		rulefmt.Rule{Record: "slo:sli_error:ratio_rate30d", Expr: "sum_over_time(slo:sli_error:ratio_rate5m[30d]) / count_over_time(slo:sli_error:ratio_rate5m[30d])"},
		rulefmt.Rule{Record: "slo:objective:ratio", Expr: "vector(0.999)"},
		rulefmt.Rule{Record: "slo:error_budget:ratio", Expr: "vector(1 - 0.999)"},
		rulefmt.Rule{Record: "slo:current_burn_rate:ratio", Expr: "slo:sli_error:ratio_rate5m / on() group_left() slo:error_budget:ratio"},
		rulefmt.Rule{Record: "slo:period_burn_rate:ratio", Expr: "slo:sli_error:ratio_rate30d / on() group_left() slo:error_budget:ratio"},
		rulefmt.Rule{Record: "slo:period_error_budget_remaining:ratio", Expr: "1 - slo:period_burn_rate:ratio"},
		burns("slo:sli_error:ratio_rate", "1h", "5m", "6h", "30m"), burns("slo:sli_error:ratio_rate", "1d", "2h", "3d", "6h"))
	return layout{"Sloth's shape", []group{g}}
}

// pyrra scales the windows with the period, reads raw series over all of them, and the increase over the period every 2m30s.
func pyrra(i indicator) layout {
	short := group{interval: 30 * time.Second, phase: 5 * time.Second}
	for _, w := range []string{"5m", "32m", "64m", "129m", "386m", "1543m", "6171m"} {
		expr := fmt.Sprintf(i.bad, w) + " / " + fmt.Sprintf(i.total, w)
		short.rules = append(short.rules, rulefmt.Rule{Record: "burnrate" + w, Expr: expr})
	}
	short.rules = append(short.rules,
		burns("burnrate", "5m", "64m"), burns("burnrate", "32m", "386m"), burns("burnrate", "129m", "1543m"), burns("burnrate", "386m", "6171m"))
	period := group{interval: 150 * time.Second, phase: 5 * time.Second}
	for n, selector := range i.raw {
		period.rules = append(period.rules, rulefmt.Rule{Record: fmt.Sprint("increase30d_", n), Expr: "sum(increase(" + selector + "[30d]))"})
	}
	return layout{"Pyrra's shape", []group{short, period}}
}

// burns is an alert on recorded ratios.
func burns(record string, windows ...string) rulefmt.Rule {
	return rulefmt.Rule{Alert: "Burns", Expr: record + strings.Join(windows, " > 0.01 and "+record) + " > 0.01"}
}

func belfry(tb testing.TB, i indicator) layout {
	groups := compiled(tb)[i.slo]
	return layout{"Belfry", groups[:]}
}

// TestRulesTouchFewSamples counts the samples that an hour of evaluations touches, 31 days after the first scrape.
func TestRulesTouchFewSamples(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "SLI\tlayout\tsamples an hour\tof Sloth's\t")
	for _, i := range indicators {
		var ofSloth, ofBelfry int64
		for _, l := range []layout{sloth(i), pyrra(i), belfry(t, i)} {
			count := samplesAnHour(t, i, l)
			if ofSloth == 0 {
				ofSloth = count
			}
			ofBelfry = count
			fmt.Fprintf(w, "%s\t%s\t%.2f M\t1/%.1f\t\n", i.name, l.name, float64(count)/1e6, float64(ofSloth)/float64(count))
		}
		if ofBelfry*60 > ofSloth {
			t.Errorf("%s: %d samples an hour are more than 1/60 of %d", i.name, ofBelfry, ofSloth)
		}
	}
	w.Flush()
	show(t, &table)
}

// show prints a table where the long measurement was asked for, and logs it else.
func show(t *testing.T, table *strings.Builder) {
	t.Helper()
	if *long {
		fmt.Println(table)
		return
	}
	t.Logf("\n%s", table)
}

// samplesAnHour evaluates all rules of a layout for an hour: once each, times their evaluations, unless all are asked for.
func samplesAnHour(t *testing.T, i indicator, l layout) int64 {
	s := newSimulation(t, memory{})
	i.data(s.stored)
	for _, g := range l.groups {
		for _, rule := range g.rules {
			if rule.Record != "" {
				s.history(g, rule)
			}
		}
	}
	var sum int64
	end := epoch.Add(history)
	for _, g := range l.groups {
		evaluations, weight := int64(time.Hour/g.interval), int64(1)
		if !*long {
			evaluations, weight = 1, evaluations
		}
		for n := range evaluations {
			at := g.first(end.Add(-time.Hour)).Add(time.Duration(n) * g.interval)
			for _, rule := range g.rules {
				sum += weight * s.samples(rule.Expr, at)
			}
		}
	}
	return sum
}

// history stores a month of what a rule has recorded. Only that there is a sample counts, not its value.
func (s *simulation) history(g group, rule rulefmt.Rule) {
	values := make([]float64, history/g.interval)
	for i := range values {
		values[i] = 0.5
	}
	b := labels.NewBuilder(labels.EmptyLabels())
	b.Set(model.MetricNameLabel, rule.Record)
	for name, text := range rule.Labels {
		b.Set(name, text)
	}
	s.stored.add(&series{labels: b.Labels(), start: epoch.Add(g.phase), step: g.interval, values: values})
}
