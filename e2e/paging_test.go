package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// proof is what belfry prove says of an alert (--format json), as far as it is compared here.
type proof struct {
	Alert, Verdict string
	Incidents      []struct {
		Inputs []struct {
			Metric         string
			Labels         map[string]string
			Kind           string
			Healthy, Wrong float64
		}
	}
	Messages []struct {
		Receiver, Integration, Title, Text string
		AfterSeconds                       float64
	}
}

// proofs are those of all alerts, by title of the page.
func (p *parcels) proofs() map[string]proof {
	p.t.Helper()
	var report struct{ Alerts []proof }
	if err := json.Unmarshal([]byte(p.belfry("prove", "--format", "json")), &report); err != nil {
		p.t.Fatal(err)
	}
	proofs := map[string]proof{}
	for _, one := range report.Alerts {
		if one.Verdict != "PROVEN" || len(one.Incidents) != 1 || len(one.Messages) != 1 || one.Messages[0].Integration != "pagerduty" {
			p.t.Fatalf("want one incident and one page: %+v", one)
		}
		proofs[one.Messages[0].Title] = one
	}
	return proofs
}

// absolute are the counters of which the number counts. Of all others only the proportions do.
var absolute = []string{"parcels_scans_total", "parcels_returned_total"}

// inputsOf are the series of all proofs, in an incident or in health. Events of which only the proportions count come a hundred times as
// often: a counter counts no part of an event, and what it lacks at a scrape must be no percent.
func inputsOf(proofs map[string]proof, wrong bool) []input {
	const often = 100
	var all []input
	for _, p := range proofs {
		for _, one := range p.Incidents[0].Inputs {
			level := one.Healthy
			if wrong {
				level = one.Wrong
			}
			if one.Kind == "counter" && !slices.Contains(absolute, one.Metric) {
				level *= often
			}
			all = append(all, input{one.Metric, one.Labels, one.Kind, level})
		}
	}
	return all
}

// TestAnIncidentPagesInTheWordsOfItsProof runs the service, Prometheus and Alertmanager with what the spec compiles to. The service does what
// belfry prove did in its simulation, for all alerts at once, and then is well again.
func TestAnIncidentPagesInTheWordsOfItsProof(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		t.Parallel()
		p := compileParcels(t)
		proofs := p.proofs()
		p.startService()
		started := time.Now()
		p.drive(inputsOf(proofs, false))
		p.startAlertmanager(r)
		prometheus := p.startPrometheus(r)
		within(t, patience, func() error {
			return prometheus.hasValue(`count_over_time(parcels_slots{job="parcels"}[1m]) > bool 5`, "1")
		})
		if active, err := prometheus.alerts(); err != nil || len(active) > 0 {
			t.Fatalf("before the incident: %v, %v", active, err)
		}

		began := time.Now()
		p.drive(inputsOf(proofs, true))
		told := p.pagerDuty.waitFor(t, "trigger", len(proofs))
		t.Logf("all are told %v after the incident began", time.Since(began).Round(time.Second/10))
		ended := time.Now()
		p.drive(inputsOf(proofs, false))
		resolved := p.pagerDuty.waitFor(t, "resolve", len(proofs))
		t.Logf("all are resolved %v after it ended, %v after the programs were started", time.Since(ended).Round(time.Second/10), time.Since(started).Round(time.Second/10))

		compareTold(t, proofs, told, began)
		compareResolved(t, told, resolved)
	})
}

// compareTold holds the pages against the proofs: one for each, in its words, and not before its time.
func compareTold(t *testing.T, proofs map[string]proof, told []page, began time.Time) {
	t.Helper()
	const early = 3 * time.Second // a scrape, an evaluation and a grouping may each be due at once
	seen := map[string]bool{}
	for _, page := range told {
		one, ok := proofs[page.Payload.Summary]
		if !ok || seen[one.Alert] {
			t.Errorf("nobody has predicted the page %q, or not twice", page.Payload.Summary)
			continue
		}
		seen[one.Alert] = true
		want := one.Messages[0]
		if err := sameWords(want.Text, page.text(), 0.01); err != nil {
			t.Errorf("%s: %v", one.Alert, err)
		}
		if page.RoutingKey != "key-of-parcels" || page.Payload.Severity != "critical" {
			t.Errorf("%s is sent with key %q as %s", one.Alert, page.RoutingKey, page.Payload.Severity)
		}
		predicted := time.Duration(want.AfterSeconds * float64(time.Second))
		if after := page.at.Sub(began); after < predicted-early {
			t.Errorf("%s is told after %v, although its proof says %v", one.Alert, after, predicted)
		}
	}
}

// compareResolved wants the end of each page, with the same title and about the same alert. The value in it is the last one that fired.
func compareResolved(t *testing.T, told, resolved []page) {
	t.Helper()
	began := map[string]page{}
	for _, page := range told {
		began[page.DedupKey] = page
	}
	for _, page := range resolved {
		first, ok := began[page.DedupKey]
		if !ok {
			t.Errorf("%q ends, which did not begin, or twice", page.Payload.Summary)
			continue
		}
		delete(began, page.DedupKey)
		if page.Payload.Summary != first.Payload.Summary {
			t.Errorf("%q ends as %q", first.Payload.Summary, page.Payload.Summary)
		}
		if err := sameWords(detailText(first.Payload.CustomDetails["firing"]), detailText(page.Payload.CustomDetails["resolved"]), math.Inf(1)); err != nil {
			t.Errorf("%q ends with other words: %v", page.Payload.Summary, err)
		}
	}
	for _, page := range began {
		t.Errorf("%q does not end", page.Payload.Summary)
	}
}

var numerals = regexp.MustCompile(`\d+(\.\d+)?`)

// sameWords returns an error unless two texts are equal but for numerals, which may differ by a share of the first's.
func sameWords(want, got string, share float64) error {
	if numerals.ReplaceAllString(want, "#") != numerals.ReplaceAllString(got, "#") {
		return fmt.Errorf("reads\n%s\nand not\n%s", got, want)
	}
	found := numerals.FindAllString(got, -1)
	for i, text := range numerals.FindAllString(want, -1) {
		a, errA := strconv.ParseFloat(text, 64)
		b, errB := strconv.ParseFloat(found[i], 64)
		if errA != nil || errB != nil || math.Abs(a-b) > share*math.Abs(a) {
			return fmt.Errorf("says %s and not %s in\n%s", found[i], text, got)
		}
	}
	return nil
}

func TestWordsAreTheSameButForNumerals(t *testing.T) {
	for _, c := range []struct {
		got  string
		same bool
	}{
		{"Errors: 10 %, above 5 %", true}, {"Errors: 10.09 %, above 5 %", true}, {"Errors: 9.91 %, above 5 %", true},
		{"Errors: 10.2 %, above 5 %", false}, {"Errors: 10 %, above 6 %", false}, {"Errors: 10 %, below 5 %", false}, {"Errors: +Inf %, above 5 %", false}, {"", false},
	} {
		if err := sameWords("Errors: 10 %, above 5 %", c.got, 0.01); (err == nil) != c.same {
			t.Errorf("%q: %v", c.got, err)
		}
	}
}

// TestATestOfAnAlertArrivesMarked fires a test at real Alertmanagers and reads what PagerDuty is told, until it ends.
func TestATestOfAnAlertArrivesMarked(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		t.Parallel()
		p := compileParcels(t)
		p.startAlertmanager(r)
		output := p.belfry("fire", "QueueLong", "--alertmanager", p.alertmanager.address)
		if !strings.Contains(output, "reaches   on-call\n") {
			t.Errorf("it does not say whom it reaches:\n%s", output)
		}
		told := p.pagerDuty.waitFor(t, "trigger", 1)[0]
		const title = "TEST: Parcels waiting above 100 parcels on parcels"
		if told.Payload.Summary != title || !strings.Contains(output, "reads     "+title+"\n") {
			t.Errorf("%q arrives, and belfry said:\n%s", told.Payload.Summary, output)
		}
		if text := told.text(); !strings.Contains(text, "TEST: Parcels waiting: 200 parcels") {
			t.Errorf("its text is not marked as a test:\n%s", text)
		}
		p.belfry("fire", "QueueLong", "--resolve", "--alertmanager", p.alertmanager.address)
		if ended := p.pagerDuty.waitFor(t, "resolve", 1)[0]; ended.DedupKey != told.DedupKey || ended.Payload.Summary != title {
			t.Errorf("%+v ends %+v", ended, told)
		}
	})
}

var plainThreshold = regexp.MustCompile(`(?m)[<>] ([\d.]+)$`)

// TestPromtoolNoticesEachThresholdThatIsOffByOnePercent changes every threshold by itself, up and down.
func TestPromtoolNoticesEachThresholdThatIsOffByOnePercent(t *testing.T) {
	p := compileParcels(t)
	tests, whole := p.file("prometheus/rules_test.yaml"), p.file("prometheus/rules.yaml")
	places := plainThreshold.FindAllSubmatchIndex(whole, -1)
	if alerts := strings.Count(string(whole), "- alert: "); len(places) != alerts || alerts == 0 {
		t.Fatalf("%d thresholds in %d alerts", len(places), alerts)
	}
	eachRelease(t, func(t *testing.T, r release) {
		promtool := r.program(t, "promtool")
		run(t, promtool, "test", "rules", writeTests(t, tests, whole))
		for _, place := range places {
			from, to := place[2], place[3]
			bound, err := strconv.ParseFloat(string(whole[from:to]), 64)
			if err != nil {
				t.Fatal(err)
			}
			for _, factor := range []float64{0.99, 1.01} {
				broken := slices.Concat(whole[:from], fmt.Append(nil, bound*factor), whole[to:])
				refused(t, promtool, "test", "rules", writeTests(t, tests, broken))
			}
		}
	})
}
