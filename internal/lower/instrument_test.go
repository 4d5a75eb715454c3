package lower_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// mistakes lowers the shop with more of a spec, and returns code and message of what is found.
func mistakes(t *testing.T, more string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(shop+more), 0o644); err != nil {
		t.Fatal(err)
	}
	packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"."}})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	_, found = lower.Lower(lower.Input{Spec: packages[0].Spec, Locate: packages[0].Locate})
	var texts []string
	for _, d := range found {
		if d.Severity == diag.Error {
			texts = append(texts, d.Code+": "+d.Message)
		}
	}
	return texts
}

const payments = `metrics: payments_total: {type: "counter", unit: "payments", help: "h", labels: {by: ["card", "cash"], ok: ["yes", "no"], bank: max: 9}, exclude: [`

func TestWhatInstrumentationCannotDoIsRefused(t *testing.T) {
	const http = "\ninstrument: {go: package: \"shop\", http: "
	tests := map[string]struct{ spec, want string }{
		"lazy gauge":          {`metrics: queue: init: "lazy"`, `metric/setting: a gauge is exposed from when its value is known`},
		"lazy open label":     {`metrics: failures_total: init: "lazy"`, `metric/setting: the values of label endpoint are not known beforehand: its series are made when they are first used`},
		"exclude of an info":  {`metrics: facts_info: {type: "info", help: "h", labels: v: ["1"], exclude: ["v='1'"]}`, `metric/setting: an info has one series at a time`},
		"unknown label":       {payments + `"bye='cash'"]}`, `reference/label: metric payments_total has no label "bye" of its own`},
		"target label":        {payments + `"job='x'"]}`, `reference/label: metric payments_total has no label "job" of its own`},
		"open label":          {payments + `"bank='x'"]}`, `metric/exclude: the values of label bank are not known beforehand`},
		"unknown value":       {payments + `"by='cheque'"]}`, `reference/label-value: by="cheque" matches no value of label by of payments_total`},
		"contradiction":       {payments + `"by='card', by='cash'"]}`, `reference/label-value: by="cash" matches no value of label by of payments_total`},
		"no matchers":         {payments + `"cash"]}`, `promql/syntax: "cash" are not PromQL matchers: unexpected end in label matching, expected label matching operator`},
		"everything":          {payments + `"by='card'", "ok=~'.*'"]}`, `metric/exclude: no combination of label values is left of payments_total`},
		"a query of nothing":  {payments + `"by='cash', ok='no'"]}` + "\nsignals: s: {title: \"S\", rate: \"payments_total\", where: \"by='cash', ok!='yes'\", over: \"5m\"}", `reference/label-value: payments_total excludes every combination of label values that is chosen`},
		"http of no metric":   {http + `requests: "request_total"}`, `reference/metric: the spec declares no metric "request_total"`},
		"http of a catalog":   {http + `requests: "up"}`, `reference/metric: the spec declares no metric "up"`},
		"http of a gauge":     {http + `requests: "queue"}`, `instrument/http: queue is a gauge`},
		"http of sizes":       {http + `{requests: "requests_total", duration: "size_bytes"}}`, `instrument/http: size_bytes is no histogram of times`},
		"http by priority":    {`metrics: r_total: {type: "counter", help: "h", labels: tenant: max: 9}` + http + `requests: "r_total"}`, `instrument/http: nothing is known of label tenant of r_total before the request is handled`},
		"some methods":        {`metrics: r_total: {type: "counter", help: "h", labels: method: ["GET"]}` + http + `requests: "r_total"}`, `instrument/http: a request can have any method, and label method of r_total has no value for others: they would not be counted`},
		"some statuses":       {`metrics: r_total: {type: "counter", help: "h", labels: code: ["2xx", "5xx"]}` + http + `requests: "r_total"}`, `instrument/http: some status has no value of label code of r_total: its requests would not be counted`},
		"no status":           {`metrics: r_total: {type: "counter", help: "h", labels: code: ["good", "other"]}` + http + `requests: "r_total"}`, `instrument/http: "good" of label code of r_total is no status`},
		"a pattern too small": {`metrics: r_total: {type: "counter", help: "h", labels: code: {max: 9, pattern: "[45].."}}` + http + `requests: "r_total"}`, `instrument/http: the pattern "[45].." of label code of r_total does not match every status`},
		"a name that is made": {`metrics: shop_label_overflows_total: {type: "counter", help: "h"}` + "\ninstrument: go: package: \"shop\"", `names/collision: the instrumentation code has a metric of the same name`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{test.want}, mistakes(t, test.spec)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSignalsMayReadWhatFoundNoRoom(t *testing.T) {
	p := program(t, `
instrument: go: package: "shop"
signals: lost: {title: "Lost labels", rate: "shop_label_overflows_total", where: "metric='requests_total', label='status'", over: "5m"}`)
	want := `sum(rate(shop_label_overflows_total{job="shop",label="status",metric="requests_total",namespace="web"}[5m]))`
	if got := p.Signals[0].Default.Text; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := p.Instrument.Overflow.Combinations(); got != 4 { // endpoint of two, route and status of one each
		t.Errorf("%v combinations of metric and label, want 4", got)
	}
}
