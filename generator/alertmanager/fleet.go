package alertmanager

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
)

// nullReceiver notifies nobody. Alerts that no service claims end there, as does the chart's Watchdog.
const nullReceiver = "null"

// Alerts of kube-prometheus-stack that are not about anything being broken: Watchdog always fires, to prove that the
// pipeline works; InfoInhibitor fires to mute alerts of severity info.
const (
	watchdog      = "Watchdog"
	infoInhibitor = "InfoInhibitor"
)

// The root's timing holds for alerts that no service claims. All of it is written out, because Helm merges
// alertmanager.config with the chart's defaults key by key.
var rootTiming = route{
	GroupBy: []string{"alertname", "namespace"}, GroupWait: "30s", GroupInterval: "5m", RepeatInterval: "4h",
}

// fleet is every service's notifications, by service name, with a name for each receiver that is unique among them.
type fleet struct {
	own      string // the service of the package that owns the platform
	services []*ir.Notifications
	// shared tells the receiver names that mean the same wherever they are used.
	shared map[string]bool
}

func newFleet(p *ir.Program) *fleet {
	f := &fleet{services: slices.Clone(p.Fleet), shared: map[string]bool{}}
	if own := p.Notifications; own != nil {
		f.own = own.Service
		if !slices.ContainsFunc(f.services, func(n *ir.Notifications) bool { return n.Service == own.Service && n.Namespace == own.Namespace }) {
			f.services = append(f.services, own)
		}
	}
	slices.SortStableFunc(f.services, func(a, b *ir.Notifications) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Namespace, b.Namespace))
	})
	first := map[string]*ir.Receiver{}
	for _, service := range f.services {
		for _, r := range service.Receivers {
			if first[r.Name] == nil {
				first[r.Name], f.shared[r.Name] = r, true
			} else if !sameReceiver(first[r.Name], r) {
				f.shared[r.Name] = false
			}
		}
	}
	if f.shared[nullReceiver] {
		f.shared[nullReceiver] = false // a service's receiver of that name notifies somebody
	}
	return f
}

// sameReceiver reports whether both notify the same people in the same way.
func sameReceiver(a, b *ir.Receiver) bool {
	return reflect.DeepEqual(newReceiver("", a), newReceiver("", b))
}

// receiverName is the name of a service's receiver in the whole configuration: its own, or the service's and its own where
// another service means something else by it.
func (f *fleet) receiverName(service, name string) string {
	if shared, defined := f.shared[name]; defined && !shared {
		return service + "/" + name
	}
	return name
}

func (f *fleet) config(platform *ir.Platform) config {
	settings := platform.Alertmanager
	out := config{
		Global:       global{ResolveTimeout: duration(settings.ResolveTimeout)},
		Route:        f.root(settings),
		Receivers:    f.receivers(),
		InhibitRules: f.inhibitRules(settings),
	}
	for _, r := range out.Receivers {
		if len(r.PagerDuty) > 0 {
			out.Global.PagerDutyURL = settings.PagerDutyURL
		}
	}
	return out
}

// root routes Watchdog first, then each service's alerts to its subtree. Strangers' alerts stay at the root.
func (f *fleet) root(settings ir.Alertmanager) route {
	root := rootTiming
	root.Receiver = nullReceiver
	if settings.Receiver != "" {
		root.Receiver = f.receiverName(f.own, settings.Receiver)
		root.Routes = append(root.Routes, route{
			Receiver: nullReceiver,
			Matchers: []string{matcher(ir.Matcher{Name: "alertname", Op: "=~", Value: watchdog + "|" + infoInhibitor})},
		})
	}
	if settings.Heartbeat != "" {
		// A heartbeat must come more often than whoever waits for it gives up; these services wait for minutes.
		root.Routes = slices.Insert(root.Routes, 0, route{
			Receiver:  f.receiverName(f.own, settings.Heartbeat),
			Matchers:  []string{matcher(ir.Matcher{Name: "alertname", Op: "=", Value: watchdog})},
			GroupWait: "0s", GroupInterval: "1m", RepeatInterval: "1m",
		})
	}
	for _, service := range f.services {
		if service.Route != nil {
			root.Routes = append(root.Routes, f.route(service.Service, service.Route))
		}
	}
	return root
}

func (f *fleet) route(service string, r *ir.Route) route {
	out := route{
		Matchers: matchers(r.Matchers), Continue: r.Continue, GroupBy: r.GroupBy,
		GroupWait: duration(r.GroupWait), GroupInterval: duration(r.GroupInterval), RepeatInterval: duration(r.RepeatInterval),
	}
	if r.Receiver != "" {
		out.Receiver = f.receiverName(service, r.Receiver)
	}
	for _, child := range r.Routes {
		out.Routes = append(out.Routes, f.route(service, child))
	}
	return out
}

// receivers are the null receiver and those of all services by name, each once.
func (f *fleet) receivers() []receiver {
	byName := map[string]receiver{}
	for _, service := range f.services {
		for _, r := range service.Receivers {
			name := f.receiverName(service.Service, r.Name)
			byName[name] = newReceiver(name, r)
		}
	}
	out := make([]receiver, 0, len(byName)+1)
	for _, r := range byName {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b receiver) int { return cmp.Compare(a.Name, b.Name) })
	return slices.Insert(out, 0, receiver{Name: nullReceiver})
}

// inhibitRules are those of all services. Services that have the same rules share them; where others have different
// ones, they hold for these services alone: a rule that mutes a whole signal of one service must not mute the pods that
// another keeps apart. Where strangers' alerts reach somebody, the chart's rule for InfoInhibitor is kept for them: alerts
// without the label signal are not Belfry's.
func (f *fleet) inhibitRules(settings ir.Alertmanager) []inhibitRule {
	out := []inhibitRule{}
	var sets [][]ir.Inhibition
	members := map[string][]string{} // a set's rules, printed, to the services that have it
	for _, service := range f.services {
		if len(service.Inhibitions) == 0 {
			continue
		}
		key := fmt.Sprintf("%q", service.Inhibitions)
		if members[key] == nil {
			sets = append(sets, service.Inhibitions)
		}
		members[key] = append(members[key], service.Service)
	}
	for _, set := range sets {
		var only []ir.Matcher
		if len(sets) > 1 {
			only = []ir.Matcher{oneOf("service", members[fmt.Sprintf("%q", set)])}
		}
		for _, i := range set {
			out = append(out, inhibitRule{
				SourceMatchers: matchers(slices.Concat(i.Source, only)), TargetMatchers: matchers(slices.Concat(i.Target, only)), Equal: i.Equal,
			})
		}
	}
	if settings.Receiver != "" {
		out = append(out, inhibitRule{
			SourceMatchers: []string{matcher(ir.Matcher{Name: "alertname", Op: "=", Value: infoInhibitor})},
			TargetMatchers: []string{
				matcher(ir.Matcher{Name: "severity", Op: "=", Value: "info"}), matcher(ir.Matcher{Name: "signal", Op: "=", Value: ""}),
			},
			Equal: []string{"namespace"},
		})
	}
	return out
}

// oneOf matches some values of a label.
func oneOf(label string, values []string) ir.Matcher {
	values = slices.Compact(slices.Clone(values))
	if len(values) == 1 {
		return ir.Matcher{Name: label, Op: "=", Value: values[0]}
	}
	return ir.Matcher{Name: label, Op: "=~", Value: strings.Join(values, "|")}
}

func matchers(list []ir.Matcher) []string {
	var out []string
	for _, m := range list {
		out = append(out, matcher(m))
	}
	return out
}

var matcherEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// matcher prints a matcher in the syntax of Alertmanager's matchers field, which all versions since 0.22 read alike.
func matcher(m ir.Matcher) string { return m.Name + m.Op + `"` + matcherEscape.Replace(m.Value) + `"` }

// duration prints d as Alertmanager reads it, and nothing for zero, which inherits.
func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return model.Duration(d).String()
}
