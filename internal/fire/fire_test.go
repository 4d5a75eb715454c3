package fire

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/remote"
)

// fake is an Alertmanager as far as this package speaks to it; e2e has the real ones.
type fake struct {
	config    string
	receivers []string
	change    func(*Held) // what else it says of the alert
	others    []Held
	drops     bool
	held      map[string]Held
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /am/api/v2/status":
		_ = json.NewEncoder(w).Encode(map[string]any{"config": map[string]string{"original": f.config}, "versionInfo": map[string]string{"version": "0.28.1"}})
	case "POST /am/api/v2/alerts":
		var alerts []Alert
		if err := json.NewDecoder(r.Body).Decode(&alerts); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, a := range alerts {
			h := Held{Alert: a}
			for _, name := range f.receivers {
				h.Receivers = append(h.Receivers, struct {
					Name string `json:"name"`
				}{name})
			}
			if f.change != nil {
				f.change(&h)
			}
			if !f.drops {
				f.held[fmt.Sprint(a.Labels)] = h
			}
		}
	case "GET /am/api/v2/alerts":
		_ = json.NewEncoder(w).Encode(append(slices.Collect(maps.Values(f.held)), f.others...))
	default:
		http.NotFound(w, r)
	}
}

const running = `
route:
  receiver: mail
  group_wait: 30s
  routes: [{matchers: [severity="critical"], receiver: page, group_wait: 10s}]
receivers:
- name: mail
- name: page
  pagerduty_configs: [{routing_key: <secret>, description: '{{ .CommonAnnotations.summary }}'}]
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [service, pod]}]
`

var (
	down = ir.Alert{Name: "Down", Labels: map[string]string{"severity": "critical", "service": "shop"}, By: []string{"pod"}, Receivers: []string{"page"}}
	slow = ir.Alert{Name: "Slow", Labels: map[string]string{"severity": "warning", "service": "shop"}, By: []string{"pod"}}
	shop = &ir.Program{Alerts: []*ir.Alert{&down, &slow}}
)

func testOf(lasts time.Duration) Alert {
	now := time.Now().UTC().Truncate(time.Second)
	return Test(map[string]string{"alertname": "Down", "severity": "critical", "service": "shop", "pod": "a"},
		map[string]string{"summary": "Shop is down", "description": "All of it", "runbook_url": "http://r"}, now, now.Add(lasts))
}

func connect(t *testing.T, handler http.Handler) *remote.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := remote.Access{Timeout: 2 * time.Minute}.Client(server.URL+"/am/", "Alertmanager")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestATestIsMarkedAndIsAnotherAlert(t *testing.T) {
	labels, annotations := map[string]string{"alertname": "A"}, map[string]string{"description": "d"}
	test := Test(labels, annotations, time.Time{}, time.Time{})
	if test.Labels[MarkLabel] != "true" || test.Annotations["summary"] != "TEST: A" || test.Annotations["description"] != "TEST: d" {
		t.Errorf("got %+v", test)
	}
	if len(labels) != 1 || len(annotations) != 1 {
		t.Error("the real alert was changed")
	}
}

func TestTheReportSaysWhatBecomesOfATest(t *testing.T) {
	inhibited := Held{Alert: Alert{Labels: map[string]string{"alertname": "AllDown"}, StartsAt: time.Unix(0, 0)}, Fingerprint: "f"}
	for name, test := range map[string]struct {
		fake  fake
		lasts time.Duration
		finds string
	}{
		"as it should":      {fake{receivers: []string{"page"}}, time.Minute, ""},
		"named for a fleet": {fake{receivers: []string{"shop/page"}}, time.Minute, ""},
		"somebody else":     {fake{receivers: []string{"mail"}}, time.Minute, "the spec says that it reaches page"},
		"others too":        {fake{receivers: []string{"page", "mail"}}, time.Minute, "the spec says that it reaches page"},
		"silenced":          {fake{receivers: []string{"page"}, change: func(h *Held) { h.Status.SilencedBy = []string{"123"} }}, time.Minute, "silence 123 mutes it"},
		"inhibited": {fake{receivers: []string{"page"}, others: []Held{inhibited}, change: func(h *Held) { h.Status.InhibitedBy = []string{"f"} }}, time.Minute,
			"AllDown inhibits it, which fires since 1970-01-01T00:00:00Z"},
		"at night":  {fake{receivers: []string{"page"}, change: func(h *Held) { h.Status.MutedBy = []string{"nights"} }}, time.Minute, "time interval nights mutes its route"},
		"too short": {fake{receivers: []string{"page"}}, 10 * time.Second, "the route waits 10s (group_wait), and the test ends after 10s"},
		"lost":      {fake{drops: true}, time.Minute, "it may be one of several"},
	} {
		t.Run(name, func(t *testing.T) {
			test.fake.config, test.fake.held = running, map[string]Held{}
			report, err := Send(t.Context(), connect(t, &test.fake), testOf(test.lasts), &down, shop)
			if err != nil {
				t.Fatal(err)
			}
			if test.finds != "" {
				if len(report.Findings) != 1 || !strings.Contains(report.Findings[0], test.finds) {
					t.Errorf("got %q, want %q", report.Findings, test.finds)
				}
				return
			}
			if len(report.Findings) > 0 || report.GroupWait != 10*time.Second || report.Title != "TEST: Shop is down" || !slices.Equal(report.Mutes, []string{"Slow"}) {
				t.Errorf("got %+v", report)
			}
		})
	}
}

func TestAnUnknownConfigurationIsNoMistake(t *testing.T) {
	f := &fake{receivers: []string{"page"}, config: "of: another time", held: map[string]Held{}}
	report, err := Send(t.Context(), connect(t, f), testOf(time.Minute), &down, shop)
	if err != nil || len(report.Findings) > 0 || report.GroupWait >= 0 || report.Title != "" {
		t.Errorf("got %+v, %v", report, err)
	}
}

func TestATestEndsOnRequest(t *testing.T) {
	f := &fake{receivers: []string{"page"}, config: running, held: map[string]Held{}}
	client, test := connect(t, f), testOf(time.Hour)
	if ended, err := Resolve(t.Context(), client, test, time.Now()); ended || err != nil {
		t.Errorf("without a test: %v, %v", ended, err)
	}
	if _, err := Send(t.Context(), client, test, &down, shop); err != nil {
		t.Fatal(err)
	}
	later := testOf(time.Hour)
	now := later.StartsAt.Add(time.Minute)
	if ended, err := Resolve(t.Context(), client, later, now); !ended || err != nil {
		t.Fatalf("%v, %v", ended, err)
	}
	for _, h := range f.held {
		if !h.EndsAt.Equal(now) || !h.StartsAt.Equal(test.StartsAt) {
			t.Errorf("it fires from %s to %s", h.StartsAt, h.EndsAt)
		}
	}
}

func TestWhatIsNoAlertmanagerIsSentNothing(t *testing.T) {
	client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		fmt.Fprint(w, "{}")
	}))
	_, err := Send(t.Context(), client, testOf(time.Hour), &down, shop)
	if want := client.String() + " does not say its version: is this the right address?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
