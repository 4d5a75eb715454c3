package lint

import (
	"strconv"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// isFilledIn reports a value that something else completes before Alertmanager reads it.
func isFilledIn(text read.Text) bool {
	return placeholder.MatchString(text.Value) || strings.Contains(text.Value, "{{")
}

// badDurations reports durations that Alertmanager cannot read. Its own loader tells neither the line nor the field.
func badDurations(p *Pass, config *read.Alertmanager) {
	check := func(field string, text read.Text, owner diag.Pos) {
		if text.Value == "" || isFilledIn(text) {
			return
		}
		if _, err := model.ParseDuration(text.Value); err == nil {
			return
		}
		help := "write a number and its unit, such as 30s, 5m or 1h"
		if _, err := strconv.ParseUint(text.Value, 10, 32); err == nil {
			help = "write " + text.Value + "s or " + text.Value + "m"
		}
		p.Report(Place{At: text.At(), Owner: owner}, help, "%s is %s, which is no duration", field, strconv.Quote(text.Value))
	}
	check("resolve_timeout", config.Global.Field("resolve_timeout").Text(), config.Pos)
	eachRoute(config.Route, func(r *read.Route) {
		check("group_wait", r.GroupWait, r.Pos)
		check("group_interval", r.GroupInterval, r.Pos)
		check("repeat_interval", r.RepeatInterval, r.Pos)
	})
}

// address is what an integration needs to know where to send, of its own or, for all receivers, in global.
type address struct{ own, global []string }

// addresses are those without which Alertmanager refuses an integration (config.go and notifiers.go of its package config).
var addresses = map[string]address{
	"pagerduty": {own: []string{"routing_key", "routing_key_file", "service_key", "service_key_file"}},
	"slack": {
		own:    []string{"api_url", "api_url_file", "app_token", "app_token_file"},
		global: []string{"slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"},
	},
	"opsgenie":  {own: []string{"api_key", "api_key_file"}, global: []string{"opsgenie_api_key", "opsgenie_api_key_file"}},
	"victorops": {own: []string{"api_key", "api_key_file"}, global: []string{"victorops_api_key", "victorops_api_key_file"}},
	"webhook":   {own: []string{"url", "url_file"}},
	"discord":   {own: []string{"webhook_url", "webhook_url_file"}},
	"msteams":   {own: []string{"webhook_url", "webhook_url_file"}},
	"email":     {own: []string{"to"}},
}

// unaddressed reports integrations that do not say where to send. Alertmanager's own loader does not tell of which receiver.
func unaddressed(p *Pass, config *read.Alertmanager) {
	for _, receiver := range config.Receivers {
		for _, integration := range receiver.Integrations {
			needs, known := addresses[integration.Kind]
			if !known || config.Source == "" && len(needs.global) > 0 || // other values of a chart may have them
				isSet(integration.Settings, needs.own) || isSet(config.Global, needs.global) {
				continue
			}
			help := "write one of " + choices(needs.own)
			if len(needs.own) == 1 {
				help = "write " + needs.own[0]
			}
			if len(needs.global) > 0 {
				help += ", or " + needs.global[0] + " in global"
			}
			at := Place{At: integration.Pos, Owner: receiver.Pos, Name: receiver.Name.Value}
			p.Report(at, help, "the %s integration has no %s", integration.Kind, needs.own[0])
		}
	}
}

// isSet reports whether one of some fields is there.
func isSet(settings read.Value, names []string) bool {
	for _, name := range names {
		if !settings.Field(name).IsZero() {
			return true
		}
	}
	return false
}
