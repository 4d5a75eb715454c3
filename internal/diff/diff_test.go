package diff

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/ir"
)

const head = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", replicas: 2, runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
platform: {prometheus: retention: "30d", versions: prometheus: "2.42"}
receivers: pager: pagerduty: routingKey: secret: {name: "pagerduty", key: "web"}
routing: receiver: "pager"
`

// compile compiles the rest of a spec.
func compile(t *testing.T, spec string) *ir.Program {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(head+spec), 0o644); err != nil {
		t.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"."}, CheckOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.HasErrors() {
		t.Fatal(result.Diagnostics)
	}
	return result.Outputs[0].Program
}

const small = `
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "Requests.", labels: {status: ["200", "500"], method: ["GET", "POST"]}}
	latency_seconds: {type: "histogram", unit: "s", help: "Time.", buckets: [0.1, 1, 5]}
}
signals: {
	error_rate: {title: "Error rate", share: "requests_total", matching: "status='500'", over: "5m"}
	response_time: {title: "Response time", quantile: "latency_seconds", q: 0.95, over: "5m"}
}
slos: availability: {title: "Availability", bad: "error_rate", objective: "99.5%", window: "30d", traffic: {atLeast: "2 requests/min"}}
alerts: {
	Errors: {signal: "error_rate", above: "5%", for: "2m", severity: "critical"}
	Slow: {signal: "response_time", above: "1s", for: "5m", keepFiringFor: "1m", severity: "warning", labels: tier: "one"}
}
dashboards: shop: {uid: "shop", title: "Shop", rows: [
	{title: "Users", panels: [{signal: "error_rate"}, {signal: "response_time", width: 8}]},
	{title: "Work", panels: [{signal: "error_rate", title: "By method", by: ["method"]}]},
]}
`

// TestEachChangeIsOneLine changes one thing of a spec at a time. Each must be told in the one line that is wanted, and no other.
func TestEachChangeIsOneLine(t *testing.T) {
	base := compile(t, small)
	for _, c := range []struct{ from, to, want string }{
		{`above: "5%", for: "2m"`, `above: "5.0%", for: "120s"`, ``},
		{`above: "5%"`, `below: "5%"`, `! alert Errors: fires on the other side: above 5 % → below 5 %`},
		{`q: 0.95`, `q: 0.99`, `~ signal response_time: quantile 0.95 → 0.99; read by 1 alert and 1 panel|~ alert Slow: quantile 0.95 → 0.99`},
		{`by: ["method"]`, `by: ["method", "status"]`, `~ panel "By method": by method → by method and status on Shop`},
		{`, by: ["method"]`, ``, `~ panel "By method": no longer by method on Shop`},
		{`{signal: "error_rate"}, `, ``, `- panel "Error rate": removed from Shop, row Users`},
		{`, {signal: "response_time", width: 8}`, `, {signal: "response_time", width: 8}, {signal: "error_rate", title: "By status", by: ["status"]}`, `+ panel "By status": timeseries on Shop`},
		{`alerts: {`, `alerts: {
	VerySlow: {signal: "response_time", above: "2s", severity: "critical"}`, `+ alert VerySlow: Response time above 2 s, critical → pager; mutes Slow while it fires`},
		{`keepFiringFor: "1m"`, `keepFiringFor: "3m"`, `~ alert Slow: keeps firing for 1m → 3m`},
		{`tier: "one"`, `tier: "two"`, `~ alert Slow: label tier one → two`},
		{`severity: "warning"`, `severity: "critical"`, `~ alert Slow: severity warning → critical`},
		{`signal: "response_time", above: "1s"`, `signal: "response_time", above: "1s", note: "Look at the database."`, `~ text Slow: new wording: note`},
		{`[0.1, 1, 5]`, `[0.1, 1, 2]`, `! metric latency_seconds: loses the buckets 5 s; gets the buckets 2 s`},
		{`["200", "500"]`, `["200", "500", "503"]`, `~ metric requests_total: label status may be 503 too; 4 → 6 series a replica`},
		{`help: "Requests."`, `help: "Requests answered."`, `~ text requests_total: new wording: help`},
		{`bad: "error_rate", objective: "99.5%"`, `bad: "error_rate", objective: "99.95%"`, `~ slo availability: stricter: 99.5 % → 99.95 %: budget per 30d 3h36m → 21m36s`},
		{`atLeast: "2 requests/min"`, `atLeast: "1 requests/min"`, `! alert AvailabilityTrafficLow: looser: expects 0.03333 requests per second → 0.01667 requests per second`},
		{`{signal: "error_rate"}, {signal: "response_time", width: 8}`, `{signal: "response_time", width: 8}, {signal: "error_rate"}`, `~ dashboard Shop: panels of row Users stand in another order`},
		{`width: 8`, `width: 10`, `~ dashboard Shop: 2 panels of another size: Error rate and Response time`},
		{`by: ["method"]`, `by: ["method"], kind: "bars"`, `~ panel "By method": timeseries → bars on Shop`},
		{`{signal: "error_rate", title: "By method", by: ["method"]}`, `{title: "By method", series: [{signal: "error_rate", by: ["method"], axis: "right"}]}`, `~ panel "By method": is drawn in another way on Shop`},
		{`title: "Response time", quantile`, `title: "Response time", help: "Of all answers.", quantile`, `~ text response_time: new wording: help`},
		{`title: "Response time", quantile`, `title: "Time to answer", quantile`, `~ text response_time: is called Time to answer (was Response time)|~ panel "Time to answer": was called "Response time" on Shop`},
		{`uid: "shop"`, `uid: "shop-2"`, `! dashboard Shop: uid shop → shop-2: links to it break`},
		{`help: "Time."`, `help: "Time.", histogram: "both"`, `~ metric latency_seconds: is a native histogram too`},
		{`labels: {status: ["200", "500"], method: ["GET", "POST"]}`, `labels: {status: ["200", "500"], method: ["GET", "POST"]}, init: "lazy"`, `~ metric requests_total: has series when they are first used`},
		{`dashboards: shop: {`, `dashboards: shop: {refresh: "1m", `, `~ dashboard Shop: refreshes every 30s → 1m`},
	} {
		if !strings.Contains(small, c.from) {
			t.Fatalf("the spec has no %s", c.from)
		}
		changed := compile(t, strings.Replace(small, c.from, c.to, 1))
		report := Compare(Side{Outputs: []generator.Output{{Program: base}}}, Side{Outputs: []generator.Output{{Program: changed}}})
		var got []string
		for _, change := range report.Changes {
			mark := string(change.Mark)
			if change.Danger {
				mark = "!"
			}
			if change.Kind != Recording {
				got = append(got, mark+" "+change.title()+": "+change.meaning())
			}
		}
		for _, want := range strings.Split(c.want, "|") {
			if len(got) != strings.Count(c.want, "|")+min(len(c.want), 1) || want != "" && !strings.Contains(strings.Join(got, "\n"), want) {
				t.Errorf("%s → %s\nwant %s\ngot  %s", c.from, c.to, want, strings.Join(got, "\n     "))
			}
		}
	}
}

func TestNobodyIsDangerousAndSomebodyIsNot(t *testing.T) {
	base, changed := compile(t, small), compile(t, small)
	changed.Alerts[0].Receivers = nil
	report := Compare(Side{Outputs: []generator.Output{{Program: base}}}, Side{Outputs: []generator.Output{{Program: changed}}})
	if len(report.Changes) != 1 || !report.Changes[0].Danger || !strings.Contains(report.Changes[0].Text, "reaches nobody any more (was pager)") {
		t.Errorf("got %+v", report.Changes)
	}
	report = Compare(Side{Outputs: []generator.Output{{Program: changed}}}, Side{Outputs: []generator.Output{{Program: base}}})
	if len(report.Changes) != 1 || report.Changes[0].Danger || !strings.Contains(report.Changes[0].Text, "reaches pager (was nobody)") {
		t.Errorf("got %+v", report.Changes)
	}
}

func TestProofsAreCompared(t *testing.T) {
	p := compile(t, small)
	const minute = 60_000_000_000
	for _, c := range []struct {
		was, is Proof
		want    string
		danger  bool
	}{
		{Proof{Proven: true, FiresAfter: 5 * minute}, Proof{Reason: "no series"}, "now UNPROVEN: no series", true},
		{Proof{Reason: "no series"}, Proof{Proven: true, FiresAfter: 5 * minute}, "now proven, fires after 5m", false},
		{Proof{Proven: true, FiresAfter: 5 * minute}, Proof{Proven: true, FiresAfter: 9 * minute}, "fires later: after 5m → 9m", true},
		{Proof{Proven: true, FiresAfter: 5 * minute}, Proof{Proven: true, FiresAfter: 6 * minute}, "fires later: after 5m → 6m", false},
		{Proof{Proven: true, FiresAfter: 5 * minute}, Proof{Proven: true, FiresAfter: 2 * minute}, "fires earlier: after 5m → 2m", false},
		{Proof{Proven: true, Receivers: []string{"a"}}, Proof{Proven: true, Receivers: []string{"b"}}, "Alertmanager tells b (was a)", true},
		{Proof{Proven: true, Receivers: []string{"a"}}, Proof{Proven: true, Receivers: []string{"a", "b"}}, "Alertmanager tells b too", false},
	} {
		side := func(proof Proof) Side {
			return Side{Outputs: []generator.Output{{Program: p}}, Proofs: Proofs{"": {"Slow": proof}}}
		}
		changes := Compare(side(c.was), side(c.is)).Changes
		if len(changes) != 1 || changes[0].Text != c.want || changes[0].Danger != c.danger {
			t.Errorf("want %s, dangerous %v, got %+v", c.want, c.danger, changes)
		}
	}
}

func TestOnlyWhatMayBehaveOtherwiseIsProven(t *testing.T) {
	base := []generator.Output{{Program: compile(t, small)}}
	changed := []generator.Output{{Program: compile(t, strings.Replace(small, `above: "1s"`, `above: "2s"`, 1))}}
	for _, got := range []map[string][]string{Suspects(base, changed), Suspects(changed, base)} {
		if len(got) != 1 || strings.Join(got[""], " ") != "Slow" {
			t.Errorf("got %v, want the alert that changed", got)
		}
	}
	// Where the ruler waits for late samples, or has no room for an alert beside what it reads, alerts fire later.
	const delayed = `
platform: prometheus: {target: "mimir", ruler: {evaluationDelay: "2m", rulesPerGroup: 40}}`
	ruler := []generator.Output{{Program: compile(t, small+strings.Replace(delayed, "2m", "1m", 1))}}
	for to, concerns := range map[string]func(*ir.Alert) bool{
		delayed: func(*ir.Alert) bool { return true },
		strings.NewReplacer("2m", "1m", "40", "8").Replace(delayed): func(a *ir.Alert) bool { return a.Late > 0 },
	} {
		head := compile(t, small+to)
		var want []string
		for _, a := range head.Alerts {
			if concerns(a) {
				want = append(want, a.Name)
			}
		}
		slices.Sort(want)
		if got := Suspects(ruler, []generator.Output{{Program: head}}); len(want) == 0 || !slices.Equal(got[""], want) {
			t.Errorf("%s: got %v, want %v", to, got, want)
		}
	}
	if got := Suspects(base, base); len(got[""]) > 0 {
		t.Errorf("nothing changed, and %v would be proven", got)
	}
}

// TestEverySpecCanBeComparedWithEveryOther takes the golden specs, which use all of the language: with itself each means the same,
// and none leaves the comparison without words.
func TestEverySpecCanBeComparedWithEveryOther(t *testing.T) {
	folders, err := filepath.Glob("../../golden/*/spec.cue")
	if err != nil || len(folders) < 20 {
		t.Fatalf("%d golden specs, %v", len(folders), err)
	}
	var sides []Side
	for _, file := range folders {
		result, err := generator.Compile(generator.Options{Dir: filepath.Dir(file), Packages: []string{"."}, CheckOnly: true})
		if err != nil || result.Diagnostics.HasErrors() || len(result.Outputs) == 0 {
			continue // some golden specs are wrong on purpose, or need their neighbours
		}
		sides = append(sides, Side{Name: file, Outputs: []generator.Output{{Program: result.Outputs[0].Program}}})
	}
	if len(sides) < 20 {
		t.Fatalf("only %d golden specs compile alone", len(sides))
	}
	for i, base := range sides {
		if changes := Compare(base, base).Changes; len(changes) > 0 {
			t.Errorf("%s differs from itself: %+v", base.Name, changes)
		}
		head := sides[(i+1)%len(sides)]
		changes := Compare(base, head).Changes
		if len(changes) == 0 {
			t.Errorf("%s and %s are said to mean the same", base.Name, head.Name)
		}
		for _, c := range changes {
			if c.Name == "" || c.Text == "" || strings.Contains(c.meaning(), "%!") || strings.Contains(c.meaning(), "0x") {
				t.Errorf("%s and %s: %+v says nothing", base.Name, head.Name, c)
			}
		}
	}
}
