// Package fire sends a test of an alert to a real Alertmanager and reads back what that makes of it. In come the labels and
// annotations that the alert has when it fires; out go requests to Alertmanager's API v2, and whom Alertmanager would notify.
package fire

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

const (
	// MarkLabel tells a test from a real alert: to Alertmanager the two are different alerts, and the end of one is not that of
	// the other.
	MarkLabel = "belfry_test"
	// Mark begins the texts that people see first.
	Mark = "TEST: "
)

// Alert is an alert as it is sent.
type Alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Test marks an alert as a test that begins and ends at the given times. Alertmanager ends it by itself.
func Test(labels, annotations map[string]string, from, to time.Time) Alert {
	test := Alert{Labels: maps.Clone(labels), Annotations: maps.Clone(annotations), StartsAt: from, EndsAt: to}
	test.Labels[MarkLabel] = "true"
	if test.Annotations == nil {
		test.Annotations = map[string]string{}
	}
	for _, name := range []string{"summary", "description"} {
		if text := test.Annotations[name]; text != "" {
			test.Annotations[name] = Mark + text
		}
	}
	if test.Annotations["summary"] == "" {
		test.Annotations["summary"] = Mark + labels["alertname"]
	}
	return test
}

// Held is an alert that an Alertmanager has, and what it makes of it.
type Held struct {
	Alert
	Fingerprint string `json:"fingerprint"`
	Receivers   []struct {
		Name string `json:"name"`
	} `json:"receivers"`
	Status struct {
		State       string   `json:"state"` // unprocessed, active or suppressed
		SilencedBy  []string `json:"silencedBy"`
		InhibitedBy []string `json:"inhibitedBy"` // fingerprints
		MutedBy     []string `json:"mutedBy"`     // names of time intervals, since Alertmanager 0.28
	} `json:"status"`
}

// ReceiverNames are whom Alertmanager notifies of the alert, in its order.
func (h *Held) ReceiverNames() []string {
	names := make([]string, len(h.Receivers))
	for i, r := range h.Receivers {
		names[i] = r.Name
	}
	return names
}

// Suppressed says why Alertmanager notifies nobody of the alert now; empty where it does. Others are the alerts that it has.
func (h *Held) Suppressed(others []Held) string {
	switch {
	case len(h.Status.SilencedBy) > 0:
		return "silence " + strings.Join(h.Status.SilencedBy, ", ") + " mutes it"
	case len(h.Status.InhibitedBy) > 0:
		for _, other := range others {
			if other.Fingerprint == h.Status.InhibitedBy[0] {
				return fmt.Sprintf("%s inhibits it, which fires since %s", other.Labels["alertname"], other.StartsAt.UTC().Format(time.RFC3339))
			}
		}
		return "another alert inhibits it"
	case len(h.Status.MutedBy) > 0:
		return "time interval " + strings.Join(h.Status.MutedBy, ", ") + " mutes its route"
	}
	return ""
}
