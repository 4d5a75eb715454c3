package burnrate

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// tier is a pair of windows as the SRE workbook gives it (chapter 5, table 5-8), and how much later than in theory its alert may
// fire and resolve.
type tier struct {
	name        string
	long, short time.Duration
	budgetShare float64
	late        time.Duration
}

var tiers = []tier{
	{"quick page", time.Hour, 5 * time.Minute, 0.02, 30 * time.Second},
	{"slow page", 6 * time.Hour, 30 * time.Minute, 0.05, 3 * time.Minute},
	{"ticket 1d", day, 2 * time.Hour, 0.10, 5 * time.Minute},
	{"ticket 3d", 3 * day, 6 * time.Hour, 0.10, 5 * time.Minute},
}

// objective is what an SLO of the spec promises.
type objective struct {
	slo    string
	budget float64
	period time.Duration
}

var objectives = []objective{
	{"availability", 0.001, 30 * day},
	{"modest", 0.01, 28 * day},
	{"weekly", 0.05, 7 * day},
	{"quarterly", 0.0001, 90 * day},
	{"latency", 0.001, 30 * day},
}

var errorRatios = []float64{1, 0.5, 0.15, 0.10, 0.05, 0.02, 0.01, 0.005, 0.004, 0.002}

// timings are how an incident and the groups' evaluations may lie on full minutes and scrapes. The last incident begins
// between two scrapes.
var timings = []struct{ delay, short, long time.Duration }{
	{0, 5 * time.Second, 77 * time.Second},
	{30 * time.Second, 29 * time.Second, 0},
	{60 * time.Second, 0, 119 * time.Second},
	{90 * time.Second, 15 * time.Second, 31 * time.Second},
	{250 * time.Second, 5 * time.Second, 77 * time.Second},
}

// threshold is the error ratio at which a tier fires, as a share of an incident's. The tier can fire where it is below one.
func (o objective) threshold(t tier, ratio float64) float64 {
	factor := max(1, t.budgetShare*float64(o.period)/float64(t.long))
	return factor * o.budget / ratio
}

// incident is a stretch of constant errors after days of none.
type incident struct {
	ratio  float64
	window // of errors
}

const calm = 3*day + time.Hour

// incidentOf lasts until every tier that can fire has, with its short window full of errors, and until those that cannot
// have seen nothing else for as long as they look back.
func incidentOf(o objective, ratio float64, delay time.Duration) incident {
	lasts := time.Duration(0)
	for _, t := range tiers {
		if x := o.threshold(t, ratio); x < 1 {
			lasts = max(lasts, time.Duration(x*float64(t.long))+time.Hour, t.short+time.Hour)
		} else {
			lasts = max(lasts, t.long+time.Hour)
		}
	}
	from := epoch.Add(calm + delay)
	return incident{ratio: ratio, window: window{from, from.Add(lasts.Truncate(scrape))}}
}

// series counts ten requests a second, of which the incident's share fails, and is slow.
func (i incident) series() memory {
	const rate = 10.0
	n := i.to.Add(7*time.Hour).Sub(epoch)/scrape + 1
	all, bad, good := make([]float64, n), make([]float64, n), make([]float64, n)
	for k := range all {
		at := epoch.Add(time.Duration(k) * scrape)
		errors := min(max(at.Sub(i.from), 0), i.to.Sub(i.from))
		all[k] = rate * at.Sub(epoch).Seconds()
		bad[k] = rate * i.ratio * errors.Seconds()
		good[k] = all[k] - bad[k]
	}
	m := memory{}
	add := func(values []float64, name string, pairs ...string) {
		set := labels.FromStrings(append(pairs, model.MetricNameLabel, name, "job", "shop", "namespace", "web")...)
		m.add(&series{labels: set, start: epoch, step: scrape, values: values})
	}
	add(good, "requests_total", "status", "200")
	add(bad, "requests_total", "status", "500")
	add(all, "latency_seconds_count")
	add(good, "latency_seconds_bucket", "le", "0.5")
	return m
}

// TestAlertsKeepToTheory compares when each tier fires and resolves with theory: it fires once the errors fill the share of
// the long window that the threshold allows, and resolves once they have left as much of the short one.
func TestAlertsKeepToTheory(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "objective\terrors\ttier\tfires after\tthan theory\tbudget spent\tworkbook\tresolves after\tthan theory\t")
	shipped := compiled(t)
	for _, o := range objectives {
		for n, ratio := range errorRatios {
			if !*long && (n+len(o.slo))%4 != 0 {
				continue
			}
			chosen := timings
			if !*long {
				chosen = timings[n%len(timings):][:1]
			}
			for _, timing := range chosen {
				groups := shipped[o.slo]
				groups[0].phase, groups[1].phase = timing.short, timing.long
				i := incidentOf(o, ratio, timing.delay)
				t.Run(fmt.Sprintf("%s/%v/%v", o.slo, ratio, timing.delay), func(t *testing.T) { keepsToTheory(t, w, groups, o, i) })
			}
		}
	}
	w.Flush()
	show(t, &table)
}

func keepsToTheory(t *testing.T, table *tabwriter.Writer, groups [2]group, o objective, i incident) {
	s := newSimulation(t, i.series())
	whole := window{epoch, i.to.Add(7 * time.Hour)}
	period := "rate" + fmt.Sprint(o.period.Hours()/24) + "d"
	s.run(groups, whole, func(r rulefmt.Rule) bool { return !strings.HasSuffix(r.Record, period) })
	conditions := conditionsOf(t, groups)
	if len(conditions) != len(tiers) {
		t.Fatalf("%d conditions in the alerts, want one a tier", len(conditions))
	}
	for n, tier := range tiers {
		x := o.threshold(tier, i.ratio)
		g := groups[0]
		firings := firingsOf(s.evaluate(g, conditions[n], whole), g.interval)
		if math.Abs(x-1) < 1e-9 {
			continue // on the edge: the last digit decides
		}
		if x > 1 {
			if len(firings) > 0 {
				t.Errorf("%s can never fire, but does %v", tier.name, firings)
			}
			continue
		}
		if len(firings) != 1 {
			t.Errorf("%s fires %d times, want once", tier.name, len(firings))
			continue
		}
		detects, resolves := firings[0].from.Sub(i.from), firings[0].to.Sub(i.to)
		lateIn := detects - time.Duration(x*float64(tier.long))
		lateOut := resolves - time.Duration((1-x)*float64(tier.short))
		fmt.Fprintf(table, "%.4g%%/%s\t%.3g%%\t%s\t%v\t%+v\t%.2f%%\t%.0f%%\t%v\t%+v\t\n", 100*(1-o.budget), period[4:], 100*i.ratio, tier.name,
			detects, lateIn.Round(time.Second), 100*i.ratio*float64(detects)/o.budget/float64(o.period), 100*tier.budgetShare, resolves, lateOut.Round(time.Second))
		if allowed := tier.late + untilScrape(firings[0].from.Add(-lateIn)); lateIn > allowed || lateIn < -time.Minute {
			t.Errorf("%s fires %v after theory, want at most %v", tier.name, lateIn, allowed)
		}
		if allowed := tier.late + untilScrape(firings[0].to.Add(-lateOut)); lateOut > allowed || lateOut < -time.Minute {
			t.Errorf("%s resolves %v after theory, want at most %v", tier.name, lateOut, allowed)
		}
	}
}

// untilScrape is how long nobody can know what happens: until the next scrape.
func untilScrape(at time.Time) time.Duration { return at.Add(scrape - 1).Truncate(scrape).Sub(at) }

// conditionsOf takes the alerts apart: each is one tier or another.
func conditionsOf(tb testing.TB, groups [2]group) []string {
	tb.Helper()
	var conditions []string
	for _, g := range groups {
		for _, rule := range g.rules {
			if rule.Alert == "" || !strings.Contains(rule.Alert, "BurnRate") {
				continue
			}
			if rule.For != 0 {
				tb.Fatalf("%s waits for %v, which theory does not know", rule.Alert, rule.For)
			}
			expr, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
			if err != nil {
				tb.Fatal(err)
			}
			either, ok := expr.(*parser.BinaryExpr)
			if !ok || either.Op != parser.LOR {
				tb.Fatalf("%s is not one tier or another: %s", rule.Alert, rule.Expr)
			}
			conditions = append(conditions, either.LHS.String(), either.RHS.String())
		}
	}
	return conditions
}

// firingsOf are the stretches of time during which an alert's condition has a result.
func firingsOf(matrix promql.Matrix, interval time.Duration) []window {
	var firings []window
	for _, one := range matrix {
		for _, p := range one.Floats {
			at := time.UnixMilli(p.T)
			if last := len(firings) - 1; last >= 0 && firings[last].to.Equal(at) {
				firings[last].to = at.Add(interval)
				continue
			}
			firings = append(firings, window{at, at.Add(interval)})
		}
	}
	return firings
}
