package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerConfig = &Check{
	Code: "alertmanager/config", Severity: diag.Error, Warns: true,
	Summary: "Alertmanager refuses a configuration, or reads something else in it than was meant",
	Why: "Alertmanager goes on with the configuration that it had, or does not start, and nobody is notified in the new way. A " +
		"PagerDuty receiver with both keys loads, and sends to service_key alone.",
	Run: func(p *Pass) {
		for i := range p.Set.Alertmanagers {
			config := &p.Set.Alertmanagers[i]
			before := len(p.found)
			badMatchers(p, config)
			badReferences(p, config)
			badDurations(p, config)
			unaddressed(p, config)
			if len(p.found) == before {
				refused(p, config)
			}
			bothKeys(p, config)
		}
	},
}

// badMatchers reports texts that are no matchers.
func badMatchers(p *Pass, config *read.Alertmanager) {
	report := func(matchers read.Matchers, owner diag.Pos) {
		_, broken := compileMatchers(matchers)
		for _, b := range broken {
			if config.IsTemplate && strings.Contains(b.Value, "{{") {
				continue
			}
			p.Report(Place{At: b.At(), Owner: owner}, `write name="value", or with !=, =~ or !~ and a regular expression`,
				"%q is no matcher: %v", b.Value, b.why)
		}
	}
	eachRoute(config.Route, func(r *read.Route) { report(r.Matchers, r.Pos) })
	for _, rule := range config.Inhibitions {
		report(rule.Source, rule.Pos)
		report(rule.Target, rule.Pos)
	}
}

// eachRoute visits a route and all below it.
func eachRoute(r *read.Route, visit func(*read.Route)) {
	if r == nil {
		return
	}
	visit(r)
	for _, child := range r.Routes {
		eachRoute(child, visit)
	}
}

// badReferences reports receivers and time intervals that routes name and nothing declares.
func badReferences(p *Pass, config *read.Alertmanager) {
	var receivers, intervals []string
	for _, r := range config.Receivers {
		receivers = append(receivers, r.Name.Value)
	}
	for _, name := range config.TimeNames {
		intervals = append(intervals, name.Value)
	}
	unknown := func(name read.Text, owner diag.Pos, what string, declared []string) {
		if name.Value != "" && !slices.Contains(declared, name.Value) && !isFilledIn(name) {
			p.Report(Place{At: name.At(), Owner: owner}, meant(name.Value, declared, "declare it under "+what+"s"),
				"there is no %s %q", strings.ReplaceAll(what, "_", " "), name.Value)
		}
	}
	eachRoute(config.Route, func(r *read.Route) {
		unknown(r.Receiver, r.Pos, "receiver", receivers)
		for _, name := range slices.Concat(r.MuteTimeIntervals, r.ActiveTimeIntervals) {
			unknown(name, r.Pos, "time_interval", intervals)
		}
	})
}

// bothKeys reports PagerDuty receivers for both of PagerDuty's interfaces.
func bothKeys(p *Pass, config *read.Alertmanager) {
	for _, receiver := range config.Receivers {
		for _, integration := range receiver.Integrations {
			if integration.Kind != "pagerduty" {
				continue
			}
			routing := firstText(integration.Settings, "routing_key", "routing_key_file")
			service := firstText(integration.Settings, "service_key", "service_key_file")
			if !routing.IsZero() && !service.IsZero() {
				at := Place{At: service.At(), Owner: integration.Pos, Name: receiver.Name.Value, Secret: true}
				p.Report(at, "keep routing_key for Events API v2, or service_key for v1", "Alertmanager uses service_key and ignores routing_key")
			}
		}
	}
}

// firstText is the first of some fields that is there.
func firstText(settings read.Value, names ...string) read.Text {
	for _, name := range names {
		if text := settings.Field(name).Text(); !text.IsZero() {
			return text
		}
	}
	return read.Text{}
}
