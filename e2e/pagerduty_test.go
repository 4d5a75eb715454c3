package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// page is an event as PagerDuty gets it (Events API v2), and when it came.
type page struct {
	RoutingKey  string `json:"routing_key"`
	EventAction string `json:"event_action"` // trigger or resolve
	DedupKey    string `json:"dedup_key"`
	Payload     struct {
		Summary       string         `json:"summary"`
		Severity      string         `json:"severity"`
		CustomDetails map[string]any `json:"custom_details"`
	} `json:"payload"`
	at time.Time
}

// text is what people read below the summary: the details by name. Alertmanager sends a list as such since 0.28, before as text with
// dashes.
func (p page) text() string { return detailText(p.Payload.CustomDetails) }

func detailText(value any) string {
	var lines []string
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if text := detailText(value[name]); text != "" {
				lines = append(lines, name+": "+text)
			}
		}
	case []any:
		for _, one := range value {
			lines = append(lines, detailText(one))
		}
	default:
		for line := range strings.Lines(fmt.Sprint(value)) {
			lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "- "))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// pagerDuty takes PagerDuty's place on the loopback interface.
type pagerDuty struct {
	address string // of its events API
	mutex   sync.Mutex
	pages   []page
}

func startPagerDuty(t *testing.T) *pagerDuty {
	t.Helper()
	p := &pagerDuty{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event := page{at: time.Now()}
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil || r.Method+" "+r.URL.Path != "POST /v2/enqueue" {
			t.Errorf("%s %s is no event: %v", r.Method, r.URL, err)
			http.Error(w, "no event", http.StatusBadRequest)
			return
		}
		p.mutex.Lock()
		p.pages = append(p.pages, event)
		p.mutex.Unlock()
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"status":"success","message":"Event processed","dedup_key":%q}`, event.DedupKey)
	}))
	t.Cleanup(s.Close)
	p.address = s.URL + "/v2/enqueue"
	return p
}

// of are the events of an action, in the order in which they came.
func (p *pagerDuty) of(action string) []page {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var found []page
	for _, one := range p.pages {
		if one.EventAction == action {
			found = append(found, one)
		}
	}
	return found
}

// waitFor returns the events of an action once there are so many, or ends the test.
func (p *pagerDuty) waitFor(t *testing.T, action string, count int) []page {
	t.Helper()
	within(t, patience, func() error {
		found := p.of(action)
		if len(found) >= count {
			return nil
		}
		titles := make([]string, len(found))
		for i := range found {
			titles[i] = found[i].Payload.Summary
		}
		return fmt.Errorf("%d of %d events %s arrived: %q", len(found), count, action, titles)
	})
	return p.of(action)
}
