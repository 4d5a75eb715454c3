package lower_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// sloShop is what the SLOs below are about.
const sloShop = shop + `
metrics: {
	jobs_total: {type: "counter", unit: "jobs", help: "h", labels: state: ["done", "failed"]}
	last_success_seconds: {type: "gauge", unit: "s", help: "h", replicas: "same"}
	probe_success: {type: "gauge", unit: "bool", help: "h", replicas: "add"}
}
signals: {
	errors: {title: "E", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	failed: {title: "F", share: "jobs_total", matching: "state='failed'", over: "5m"}
	every: {title: "A", share: "jobs_total", matching: "state=~'done|failed'", over: "5m"}
	itself: {title: "I", ratio: "requests_total", to: "requests_total", over: "5m"}
	gauges: {title: "G", ratio: "queue", to: "limit"}
	fast: {title: "W", within: "latency_seconds", bound: "1s", over: "5m"}
	slow: {title: "Q", quantile: "latency_seconds", q: 0.9, over: "5m"}
	waiting: {title: "V", value: "queue"}
	age: {title: "T", difference: "now", minus: "last_success_seconds"}
	shards: {title: "X", expr: "max by (shard) (lag_seconds)", unit: "s"}
	healthy: {title: "U", value: "up"}
}
receivers: pager: webhook: url: "http://localhost"
routing: receiver: "pager"
`

const anEvent = `events: {bad: "sum(rate(jobs_total{state='failed'}[$window]))", total: "sum(rate(jobs_total[$window]))"}`

// TestEveryWrongSLOIsReportedOnce lowers one mistake at a time: each makes one finding, at its own place.
func TestEveryWrongSLOIsReportedOnce(t *testing.T) {
	tests := map[string]struct{ slo, want string }{
		"no indicator":              {`objective: "99%"`, `slo/signal slos.s: an SLO names its good or its bad share, or counts its events`},
		"two indicators":            {`objective: "99%", bad: "errors", ` + anEvent, `slo/signal slos.s.events: an SLO has one indicator, and this one has 2`},
		"a metric, and no signal":   {`objective: "99%", bad: "requests_total"`, `reference/signal slos.s.bad: there is no signal "requests_total"`},
		"a figure without a bound":  {`objective: "99%", good: "slow"`, `slo/signal slos.s.good: signal slow is a time`},
		"a bound for a share":       {`objective: "99%", good: "fast", below: "99%"`, `slo/signal slos.s.below: below says which values of a figure are good, and signal fast is a share`},
		"a bound for events":        {`objective: "99%", above: "99%", ` + anEvent, `slo/signal slos.s.above: above says which values`},
		"two bounds":                {`objective: "99%", good: "slow", below: "1s", above: "2s"`, `slo/signal slos.s.below: a slice is good on one side`},
		"a bound in another unit":   {`objective: "99%", good: "slow", below: "5 USD"`, `quantity/unit slos.s.below`},
		"a ratio of gauges":         {`objective: "99%", bad: "gauges"`, `slo/signal slos.s.bad: ratio gauges is not of two counters`},
		"a share of everything":     {`objective: "99%", bad: "every"`, `slo/part slos.s.bad: signal every takes every event of jobs_total`},
		"a metric by itself":        {`objective: "99%", good: "itself"`, `slo/part slos.s.good: signal itself divides requests_total by itself`},
		"nothing is promised":       {`objective: "0%", bad: "errors"`, `slo/objective slos.s.objective: an objective of 0% promises nothing`},
		"all is promised":           {`objective: "100%", bad: "errors"`, `slo/objective slos.s.objective: an objective of 100% leaves no error budget`},
		"more than all":             {`objective: "101%", bad: "errors"`, `slo/objective slos.s.objective: an objective of 101% is more than all events`},
		"a low objective":           {`objective: "93%", bad: "errors"`, `slo/unreachable slos.s.objective: 14.4 × 0.07 = 1.008 > 1`},
		"a high factor":             {`objective: "99%", bad: "errors", page: slow: factor: 100`, `slo/unreachable slos.s.page.slow.factor: 100 × 0.01 = 1 = 1`},
		"a factor below one":        {`objective: "99%", bad: "errors", ticket: fast: factor: 0.2`, `slo/factor slos.s.ticket.fast.factor: at 0.2 times the allowed rate, 80 % of the budget is left`},
		"a factor that is late":     {`objective: "99%", bad: "errors", window: "7d", ticket: slow: factor: 3`, `slo/factor slos.s.ticket.slow.factor: 3 × 3d / 7d = 1.2857: the budget is gone before this alert fires`},
		"a short window":            {`objective: "99%", bad: "errors", window: "3d"`, `slo/window slos.s.window: the window 3d is too short for an alert over 3d`},
		"a very short window":       {`objective: "99%", bad: "errors", window: "10m", page: enabled: false, ticket: enabled: false`, `slo/window slos.s.window: a window of 10m`},
		"a tier beyond the window":  {`objective: "99%", bad: "errors", ticket: slow: long: "20d"`, `slo/window slos.s.ticket.slow.long: 20d does not fit twice`},
		"windows out of order":      {`objective: "99%", bad: "errors", page: fast: short: "1h"`, `slo/tier slos.s.page.fast.short: the short window of 1h is not shorter`},
		"a window of one sample":    {`objective: "99%", bad: "errors", page: fast: short: "30s"`, `slo/tier slos.s.page.fast.short: a short window of 30s holds less than two samples`},
		"a ticket above the page":   {`objective: "99%", bad: "errors", page: severity: "info"`, `slo/severity slos.s.page.severity`},
		"an unknown receiver":       {`objective: "99%", bad: "errors", page: receiver: "boss"`, `reference/receiver slos.s.page.receiver: there is no receiver "boss"`},
		"a tier's receiver":         {`objective: "99%", bad: "errors", ticket: slow: receiver: "boss"`, `reference/receiver slos.s.ticket.slow.receiver`},
		"a receiver for no data":    {`objective: "99%", bad: "errors", noData: receiver: "boss"`, `reference/receiver slos.s.noData.receiver`},
		"a receiver for traffic":    {`objective: "99%", bad: "errors", traffic: {atLeast: "1 request/min", receiver: "boss"}`, `reference/receiver slos.s.traffic.receiver`},
		"a name that is none":       {`objective: "99%", bad: "errors", page: name: "wake me"`, `names/alert slos.s.page.name: "wake me" is not a name`},
		"one name twice":            {`objective: "99%", bad: "errors", page: name: "Burns", ticket: name: "Burns"`, `names/collision slos.s.ticket: slos.s.page makes an alert Burns too`},
		"an alert's name":           {`objective: "99%", bad: "errors", noData: name: "Taken"`, `names/collision alerts.Taken: SLO s makes an alert of the same name`},
		"an open label":             {`objective: "99%", bad: "errors", by: ["pod"]`, `slo/by slos.s.by[0]: nobody knows how many values label "pod" has`},
		"a label twice":             {`objective: "99%", bad: "failed", by: ["state", "state"]`, `slo/by slos.s.by[1]: label "state" is kept apart already`},
		"no such label":             {`objective: "99%", bad: "errors", by: ["colour"]`, `reference/label slos.s.by[0]: metric requests_total has no label "colour"`},
		"a limit of nothing":        {`objective: "99%", bad: "errors", limit: 5`, `slo/by slos.s.limit: there is one objective and nothing to limit`},
		"a limit that all exceed":   {`objective: "99%", bad: "failed", by: ["state"], limit: 1`, `slo/by slos.s.limit: by makes 2 groups`},
		"no data at once":           {`objective: "99%", bad: "errors", noData: for: "0s"`, `slo/no-data slos.s.noData.for: for 0s it would fire`},
		"low traffic at once":       {`objective: "99%", bad: "errors", traffic: {atLeast: "1 request/min", for: "10s"}`, `slo/no-data slos.s.traffic.for`},
		"no traffic":                {`objective: "99%", bad: "errors", traffic: atLeast: "0 requests/min"`, `slo/traffic slos.s.traffic.atLeast: there is never less than 0 requests/min`},
		"traffic of another kind":   {`objective: "99%", bad: "errors", traffic: atLeast: "5 USD/min"`, `quantity/unit slos.s.traffic.atLeast`},
		"traffic without time":      {`objective: "99%", bad: "errors", traffic: atLeast: "5 requests"`, `quantity/unit slos.s.traffic.atLeast`},
		"traffic of slices":         {`objective: "99%", good: "age", below: "1h", traffic: atLeast: "1/min"`, `slo/traffic slos.s.traffic`},
		"events of slices":          {`objective: "99%", good: "healthy", minEvents: 10`, `slo/traffic slos.s.minEvents`},
		"a label of each objective": {`objective: "99%", bad: "failed", by: ["state"], page: labels: state: "x"`, `names/label slos.s.page.labels.state: label "state" says already`},
		"a label of the target":     {`objective: "99%", bad: "failed", by: ["namespace"], limit: 3`, `slo/by slos.s.by[0]: label "namespace" of the records`},
		"a reserved label":          {`objective: "99%", bad: "errors", labels: severity: "x"`, `names/label slos.s.labels.severity`},

		"no part of the events":   {`objective: "99%", events: total: "sum(rate(jobs_total[$window]))"`, `slo/events slos.s.events: nothing says which`},
		"two parts of the events": {`objective: "99%", events: {good: "x", bad: "y", total: "z"}`, `slo/events slos.s.events.bad: the events are counted by their good or by their bad part`},
		"no PromQL":               {`objective: "99%", events: {bad: "sum(rate(jobs_total[$window])", total: "sum(rate(jobs_total[$window]))"}`, `promql/syntax slos.s.events.bad`},
		"a scalar":                {`objective: "99%", events: {bad: "1", total: "sum(rate(jobs_total[$window]))"}`, `promql/type slos.s.events.bad`},
		"a fixed range":           {`objective: "99%", events: {bad: "sum(rate(failures_total[$window]))", total: "sum(rate(jobs_total[5m]))"}`, `slo/events slos.s.events.total: the range [5m] is fixed`},
		"a fixed range inside":    {`objective: "99%", events: {bad: "sum(max_over_time(rate(failures_total[1m])[$window:]))", total: "sum(rate(jobs_total[$window]))"}`, `slo/events slos.s.events.bad: the range [1m] is fixed`},
		"no range":                {`objective: "99%", events: {bad: "sum(queue)", total: "sum(rate(jobs_total[$window]))"}`, `slo/events slos.s.events.bad: the events are not counted over $window`},
		"events not added up":     {`objective: "99%", events: {bad: "rate(failures_total[$window])", total: "sum(rate(jobs_total[$window]))"}`, `slo/events slos.s.events.bad: the events are not added up`},
		"events by a label":       {`objective: "99%", events: {bad: "sum by (endpoint) (rate(failures_total[$window]))", total: "sum(rate(jobs_total[$window]))"}`, `slo/events slos.s.events.bad: the events keep {endpoint}, and the SLO's by is {}`},
		"by without the label":    {`objective: "99%", by: ["endpoint"], limit: 3, events: {bad: "sum(rate(failures_total[$window]))", total: "sum by (endpoint) (rate(requests_total[$window]))"}`, `slo/events slos.s.events.bad: the events keep {}, and the SLO's by is {endpoint}`},
		"the same query twice":    {`objective: "99%", events: {bad: "sum(rate(jobs_total[$window]))", total: "sum(rate(jobs_total[$window]))"}`, `slo/part slos.s.events.bad: the bad events and the total are counted by the same query`},
		"a part of something else": {`objective: "99%", events: {good: "sum(rate(requests_total{status='200'}[$window]))", total: "sum(rate(requests_total{endpoint='/'}[$window]))"}`,
			`slo/part slos.s.events.good: the total takes only {endpoint="/"}`},
		"all of a histogram by one of its buckets": {`objective: "99%", events: {good: "sum(rate(latency_seconds_count[$window]))", total: "sum(rate(latency_seconds_bucket{le='1'}[$window]))"}`,
			`slo/part slos.s.events.good: the good events are all observations`},
		"all buckets of a histogram": {`objective: "99%", events: {good: "sum(rate(latency_seconds_bucket[$window]))", total: "sum(rate(latency_seconds_count[$window]))"}`,
			`slo/part slos.s.events.good: it adds up all buckets of latency_seconds`},
		"a label of nobody's": {`objective: "99%", by: ["shard"], good: "shards", below: "1s"`, `slo/by slos.s.by[0]: nobody knows how many values label "shard" has`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list := lowered(t, sloShop+`
alerts: Taken: {signal: "waiting", above: "5 jobs", severity: "info"}
slos: s: {title: "S", `+test.slo+`}`)
			if len(list) != 1 {
				t.Fatalf("%d findings: %v", len(list), list)
			}
			if got := list[0].Code + " " + list[0].Path + ": " + list[0].Message; !strings.HasPrefix(got, test.want) {
				t.Errorf("%s\nwant %s…", got, test.want)
			}
			if list[0].Help == "" {
				t.Error("it gives no help")
			}
		})
	}
}

func TestASharesHelpKeepsItsMeaning(t *testing.T) {
	for written, want := range map[string]string{"0.999": `did you mean "99.9%"?`, "0.07": `did you mean "7%"?`, "99.9": `did you mean "99.9%"?`} {
		list := lowered(t, sloShop+`
slos: s: {title: "S", bad: "errors", objective: "`+written+`"}`)
		if len(list) != 1 || list[0].Code != "quantity/unit" || list[0].Help != want {
			t.Errorf("%s: %v\nwant help: %s", written, list, want)
		}
	}
}

// lowered is what is found in a spec.
func lowered(t *testing.T, text string) diag.List {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"."}})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	_, found = lower.Lower(lower.Input{Spec: packages[0].Spec, Locate: packages[0].Locate})
	return found
}

func TestTiersThatDifferAreAlertsOfTheirOwn(t *testing.T) {
	tests := map[string]struct {
		slo  string
		want []string
	}{
		"by default":   {``, []string{"SBurnRatePage critical 2", "SBurnRateTicket warning 2", "SNoData warning 0"}},
		"one severity": {`page: severity: "warning"`, []string{"SBurnRatePage warning 2", "SBurnRateTicket warning 2", "SNoData warning 0"}},
		"a tier's severity": {`page: slow: severity: "warning"`,
			[]string{"SBurnRatePage critical 1", "SBurnRatePageSlow warning 1", "SBurnRateTicket warning 2", "SNoData warning 0"}},
		"a tier's name": {`page: {name: "Wake", fast: name: "WakeNow"}`, []string{"WakeNow critical 1", "Wake critical 1", "SBurnRateTicket warning 2", "SNoData warning 0"}},
		"a tier's receiver": {`ticket: slow: receiver: "pager"`,
			[]string{"SBurnRatePage critical 2", "SBurnRateTicket warning 1", "SBurnRateTicketSlow warning 1", "SNoData warning 0"}},
		"without one": {`page: fast: enabled: false, noData: enabled: false`, []string{"SBurnRatePage critical 1", "SBurnRateTicket warning 2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := program(t, strings.TrimPrefix(sloShop, shop)+`
slos: s: {title: "S", objective: "99%", bad: "errors", `+test.slo+`}`)
			var got []string
			for _, a := range p.SLOs[0].Alerts {
				got = append(got, a.Name+" "+a.Severity+" "+string(rune('0'+len(a.Tier))))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAReceiverOfAnSLOIsToldBeforeTheRoutesAreLookedAt(t *testing.T) {
	p := program(t, strings.TrimPrefix(sloShop, shop)+`
receivers: {boss: webhook: url: "http://localhost/boss", all: webhook: url: "http://localhost/all"}
routing: routes: [{match: "severity=~'.+'", receiver: "all"}]
slos: s: {title: "S", objective: "99%", bad: "errors", page: {receiver: "boss", slow: receiver: "pager"}, noData: receiver: "boss"}`)
	got := map[string]string{}
	for _, a := range p.Alerts {
		got[a.Name] = strings.Join(a.Receivers, ",")
	}
	want := map[string]string{"SBurnRatePage": "boss", "SBurnRatePageSlow": "pager", "SBurnRateTicket": "all", "SNoData": "boss"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
