package fire

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
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

// patience is how long an answer may take that will come: no test fails because the machine is busy.
const patience = 2 * time.Minute

func connect(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := NewClient(Connection{URL: server.URL + "/am/", Timeout: patience})
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

func answering(status int, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, text, status) })
}

func TestWhatIsInTheWayIsSaid(t *testing.T) {
	slowServer := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slowServer.Close()
	encrypted := httptest.NewUnstartedServer(answering(200, ""))
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer encrypted.Close()
	for name, test := range map[string]struct {
		url     string
		handler http.Handler
		says    string
	}{
		"nobody there":     {"http://127.0.0.1:1", nil, "nothing listens there"}, // a port that was free a moment ago might be somebody's again
		"own certificate":  {encrypted.URL, nil, "--ca-file"},
		"plain at TLS":     {strings.Replace(encrypted.URL, "https", "http", 1), nil, "write https://"},
		"TLS at plain":     {strings.Replace(slowServer.URL, "http", "https", 1), nil, "write http://"},
		"no token":         {"", answering(401, "who?"), "--bearer-token-file"},
		"wrong token":      {"", answering(403, "no"), "--bearer-token-file"},
		"other path":       {"", answering(404, "x"), "the path under which Alertmanager is served"},
		"refuses":          {"", answering(400, `"bad label"`), "refuses the alert: bad label"},
		"broken":           {"", answering(502, "<html>\nmore"), "answers 502 Bad Gateway: <html>"},
		"breaks in silent": {"", answering(500, ""), "without a word"},
		"web page":         {"", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }), "not as an Alertmanager"},
		"another API":      {"", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }), "not as an Alertmanager"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.handler != nil {
				server := httptest.NewServer(test.handler)
				defer server.Close()
				test.url = server.URL
			}
			client, err := NewClient(Connection{URL: test.url, Timeout: patience})
			if err != nil {
				t.Fatal(err)
			}
			requireWords(t, client, test.says)
		})
	}
}

func TestAnAnswerThatDoesNotComeIsNotWaitedForLonger(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	client, err := NewClient(Connection{URL: server.URL, Timeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	requireWords(t, client, "no answer within 200ms")
}

// unknown is the network where nobody knows the host: whether a real resolver can be asked depends on where the test runs.
type unknown struct{}

func (unknown) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
}

func TestAHostThatNobodyKnowsIsNamed(t *testing.T) {
	client, err := NewClient(Connection{URL: "http://alertmanager.monitoring:9093", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	client.http.Transport = unknown{}
	requireWords(t, client, "there is no host alertmanager.monitoring:")
}

// requireWords asks for the status, and wants an error of one line that says something.
func requireWords(t *testing.T, client *Client, says string) {
	t.Helper()
	if _, err := client.Status(t.Context()); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want %q", err, says)
	}
}

func TestTokensCertificatesAndUsersAreShown(t *testing.T) {
	dir := t.TempDir()
	token, authority := filepath.Join(dir, "token"), filepath.Join(dir, "ca.pem")
	var shown []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown = append(shown, r.Header.Get("Authorization"))
		fmt.Fprint(w, `{"versionInfo": {"version": "1"}}`)
	}))
	defer server.Close()
	write(t, token, "abc\n")
	write(t, authority, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	for _, c := range []Connection{
		{URL: server.URL + "/api/v2/", BearerTokenFile: token, CAFile: authority},
		{URL: strings.Replace(server.URL, "//", "//me:pass@", 1), InsecureSkipVerify: true},
	} {
		c.Timeout = patience
		client, err := NewClient(c)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(client.Address(), "pass") {
			t.Errorf("the address %s tells the password", client.Address())
		}
		if _, err := client.Status(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(shown, []string{"Bearer abc", "Basic bWU6cGFzcw=="}) {
		t.Errorf("shown: %q", shown)
	}
}

func TestConnectionsThatCannotBeMeantAreRefused(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	write(t, empty, " \n")
	for _, test := range []struct {
		connection Connection
		says       string
	}{
		{Connection{URL: "localhost:9093"}, "is no address"},
		{Connection{URL: "http://a b:secret@x/"}, "is no address"},
		{Connection{URL: "ftp://u:secret@a"}, "is no address"},
		{Connection{URL: "http://a", CertFile: empty}, "belong together"},
		{Connection{URL: "http://a", BearerTokenFile: empty}, "is empty"},
		{Connection{URL: "http://a", CAFile: "/does/not/exist"}, "--ca-file: open /does/not/exist"},
		{Connection{URL: "http://u:secret@a", BearerTokenFile: "fire_test.go"}, "leave out one of them"},
	} {
		_, err := NewClient(test.connection)
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: got %v", test.connection, err)
		}
	}
}

func TestStoppingIsNoFailureOfTheNetwork(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := connect(t, answering(200, "")).Status(ctx); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
