package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/nflog"
	amnotify "github.com/prometheus/alertmanager/notify"
	commoncfg "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
)

// deadline is how long a notifier may take. All of it happens in memory; only a template that never ends takes longer.
const deadline = 10 * time.Second

// Render predicts the notifications that alerts lead to, in order of time, and lets Alertmanager's notifiers write each. What is
// wrong with one is in its findings; an error says that this process cannot go on.
func (p *Pipeline) Render(ctx context.Context, events []Event) ([]Notification, error) {
	replayed := p.run(events)
	notifications := make([]Notification, 0, len(replayed.sent))
	for _, sent := range replayed.sent {
		notification := sent.notification()
		if err := p.write(ctx, sent, &notification); err != nil {
			return nil, err
		}
		notifications = append(notifications, notification)
	}
	return ordered(notifications), nil
}

// ordered sorts by time, and within an instant by receiver and integration.
func ordered(notifications []Notification) []Notification {
	slices.SortStableFunc(notifications, func(a, b Notification) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(a.Integration, b.Integration))
	})
	return notifications
}

// notification is what is known before it is rendered.
func (s *sending) notification() Notification {
	n := Notification{
		At: s.at, Receiver: s.channel.receiver, Integration: s.channel.kind, Status: string(model.AlertResolved),
		Reason: s.reason.String(), GroupLabels: plainLabels(s.group.labels),
	}
	for _, a := range s.alerts {
		n.Alerts = append(n.Alerts, Event{plainLabels(a.Labels), plainLabels(a.Annotations), a.StartsAt, a.EndsAt, a.GeneratorURL})
		if a.EndsAt.IsZero() {
			n.Status = string(model.AlertFiring)
		}
	}
	return n
}

// write lets the notifier of a channel send a notification to this process, and reads what it has sent.
func (p *Pipeline) write(ctx context.Context, sent sending, n *Notification) error {
	if notifiers[sent.channel.kind] == nil {
		n.find(NotRendered, "how a notification by "+n.by()+" reads is not known", "")
		return nil
	}
	p.sending.Lock()
	defer p.sending.Unlock()
	served, err := p.open(sent.channel)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	alerts := inThePast(sent.alerts)
	ctx = p.contextOf(ctx, sent, alerts)
	if _, err = sent.channel.notifier.Notify(ctx, alerts...); ctx.Err() != nil {
		return fmt.Errorf("render a notification of receiver %s: %w", n.Receiver, ctx.Err())
	}
	if err == nil {
		data := amnotify.GetTemplateData(ctx, p.template, alerts, slog.New(slog.DiscardHandler))
		err = p.tryTemplates(sent.channel.settings, data)
	}
	requests, warnings := sent.channel.box.take()
	if sent.channel.kind == "email" && served.mail != nil {
		requests = []request{{body: served.mail.take()}}
	}
	n.inspect(n.read(requests), err, warnings)
	return nil
}

// contextOf is what the aggregation group and the stages before tell a notifier.
func (p *Pipeline) contextOf(ctx context.Context, sent sending, alerts []*alert.Alert) context.Context {
	options := sent.group.route.RouteOpts
	ctx = amnotify.WithNow(ctx, sent.at)
	ctx = amnotify.WithGroupKey(ctx, sent.group.key)
	ctx = amnotify.WithGroupLabels(ctx, sent.group.labels)
	ctx = amnotify.WithReceiverName(ctx, options.Receiver)
	ctx = amnotify.WithRepeatInterval(ctx, options.RepeatInterval)
	ctx = amnotify.WithRouteID(ctx, sent.group.route.ID())
	ctx = amnotify.WithGroupMatchers(ctx, sent.group.route.Matchers)
	ctx = amnotify.WithNotificationReason(ctx, sent.reason)
	ctx = amnotify.WithNflogStore(ctx, nflog.NewStore(nil))
	if len(options.Labels) == 0 {
		return amnotify.WithRouteLabels(ctx, model.LabelSet{})
	}
	rendered := model.LabelSet{}
	render := p.template.RouteLabelRenderer(p.template.Data(options.Receiver, sent.group.labels, options.Labels,
		amnotify.ReasonUnknown.String(), alerts...))
	for label := range options.Labels {
		if value, err := render(string(label)); err == nil {
			rendered[label] = model.LabelValue(value)
		}
	}
	return amnotify.WithRouteLabels(ctx, rendered)
}

// inThePast moves alerts back by whole weeks, because notifiers compare their ends with the clock of the machine.
func inThePast(alerts []*alert.Alert) []*alert.Alert {
	const week = 7 * 24 * time.Hour
	var back time.Duration
	for _, a := range alerts {
		if ahead := time.Until(a.EndsAt); !a.EndsAt.IsZero() && ahead >= 0 {
			back = max(back, (ahead/week+1)*week)
		}
	}
	moved := make([]*alert.Alert, len(alerts))
	for i, a := range alerts {
		copied := *a
		copied.StartsAt = a.StartsAt.Add(-back)
		if !a.EndsAt.IsZero() {
			copied.EndsAt = a.EndsAt.Add(-back)
		}
		moved[i] = &copied
	}
	return moved
}

// open starts the server where it does not run, and builds the notifier of a channel where it is not built.
func (p *Pipeline) open(c *channel) (*server, error) {
	if p.server == nil {
		p.server = newServer()
		for _, all := range p.channels {
			for _, other := range all {
				other.notifier = nil // it spoke to a server that is closed
			}
		}
	}
	if c.notifier != nil {
		return p.server, nil
	}
	address := p.server.pipes.Addr()
	if c.kind == "email" {
		var err error
		if address, err = p.server.mailAddress(); err != nil {
			return nil, fmt.Errorf("start a server for mail: %w", err)
		}
	}
	redirect(c.settings, address)
	built, err := notifiers[c.kind](c.settings.Addr().Interface(), p.template, slog.New(warnings{&c.box}),
		commoncfg.WithDialContextFunc(p.server.dialer(&c.box)), commoncfg.WithHTTP2Disabled(),
		commoncfg.WithNewTLSConfigFunc(func(context.Context, *commoncfg.TLSConfig, ...commoncfg.TLSConfigOption) (*tls.Config, error) {
			return &tls.Config{InsecureSkipVerify: true}, nil //nolint:gosec // the other end is in this process
		}))
	if err != nil {
		return nil, fmt.Errorf("build receiver %s: %w", c.receiver, err)
	}
	c.notifier = built
	return p.server, nil
}

// warnings keeps what a notifier warns of, such as that it cuts a text.
type warnings struct{ box *mailbox }

func (warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
func (w warnings) WithAttrs([]slog.Attr) slog.Handler             { return w }
func (w warnings) WithGroup(string) slog.Handler                  { return w }
func (w warnings) Handle(_ context.Context, record slog.Record) error {
	text := record.Message
	record.Attrs(func(a slog.Attr) bool {
		if strings.HasPrefix(a.Key, "max_") {
			text += " " + a.Value.String()
		}
		return true
	})
	w.box.warn(text)
	return nil
}
