package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// Message is what one integration of a receiver sends first when the alert fires.
type Message struct {
	Receiver, Integration string
	After                 time.Duration // since the incident began
	Title, Text           string
	Findings              []notify.Finding
}

// reach asks Alertmanager's own code who is told of the first incident, when, and with which words. An alert that nobody hears of is not
// proven.
func reach(ctx context.Context, pipeline *notify.Pipeline, proof *Proof, began time.Time) error {
	sent, err := pipeline.Render(ctx, []notify.Event{event(&proof.Incidents[0].Episode)})
	if err != nil {
		return err
	}
	for _, n := range sent {
		known := slices.ContainsFunc(proof.Reaches, func(m Message) bool { return m.Receiver == n.Receiver && m.Integration == n.Integration })
		if n.Status != "firing" || known {
			continue
		}
		proof.Reaches = append(proof.Reaches, Message{n.Receiver, n.Integration, n.At.Sub(began), n.Title, n.Text, n.Findings})
	}
	if len(proof.Reaches) == 0 {
		proof.Verdict, proof.Reason = Unproven, "it fires, and Alertmanager tells nobody"
		if routes := pipeline.Routes(proof.Incidents[0].Episode.Labels.Map()); len(routes) > 0 {
			proof.Reason += fmt.Sprintf(": receiver %s sends nothing", routes[0].Receiver)
		}
	}
	for _, m := range proof.Reaches {
		for _, f := range m.Findings {
			if f.Kind != notify.NotRendered {
				proof.Verdict, proof.Reason = Unproven, fmt.Sprintf("%s: %s", m.Receiver, f.Message)
			}
		}
	}
	return nil
}

// event is the alert as Prometheus sends it.
func event(e *simulate.Episode) notify.Event {
	return notify.Event{Labels: e.Labels.Map(), Annotations: e.Annotations.Map(), StartsAt: e.FiredAt, EndsAt: e.EndedAt}
}
