package notify

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func critical(name string) Alert {
	return Alert{Name: name, Labels: map[string][]string{"severity": {"critical"}, "service": {"s"}, "pod": nil}, Watches: "errors"}
}

func warning(name string) Alert {
	a := critical(name)
	a.Labels = map[string][]string{"severity": {"warning"}, "service": {"s"}, "zone": {"a", "b"}}
	return a
}

// together is a scenario in which alerts begin one after another, and end together.
func together(apart time.Duration, alerts ...Alert) []Event {
	var scenario []Event
	for i, a := range alerts {
		e := Event{Labels: map[string]string{"alertname": a.Name}, StartsAt: start.Add(time.Duration(i) * apart), EndsAt: start.Add(2 * time.Hour)}
		for label, values := range a.Labels {
			if len(values) > 0 {
				e.Labels[label] = values[0]
			}
		}
		scenario = append(scenario, e)
	}
	return scenario
}

func TestPlantedFaultsOfRoutingAreFound(t *testing.T) {
	const receivers = `
receivers: [{name: none}, {name: page, pagerduty_configs: [{routing_key: k}]}, {name: mail, slack_configs: [{api_url: http://a, channel: c}]}]
`
	both := []Alert{critical("Down"), warning("Slow")}
	pageBoth := "route: {receiver: page, group_by: [alertname], routes: [{receiver: mail, matchers: [severity=never]}]}"
	for name, test := range map[string]struct {
		config    string
		alerts    []Alert
		scenarios [][]Event
		want      []string // kind and what its message says
	}{
		"nothing":        {"route: {receiver: mail, routes: [{matchers: [severity=critical], receiver: page}]}", both, nil, nil},
		"without alerts": {"route: {receiver: mail, routes: [{matchers: [severity=page], receiver: page}]}", nil, nil, nil},
		"shadowed": {"route: {receiver: mail, routes: [{matchers: [severity=~critical|warning], receiver: mail}, {matchers: [severity=critical], receiver: page}]}", both, nil,
			[]string{`route-shadowed: no alert reaches the route {severity="critical"} to page: the route {severity=~"critical|warning"} before takes all`}},
		"taken by a route that is not wider": {"route: {receiver: mail, routes: [{matchers: [service=s], receiver: mail}, {matchers: [severity=critical], receiver: page}]}", both, nil,
			[]string{`route-unreached: no alert reaches the route {severity="critical"} to page: it matches Down, and the route {service="s"} before takes what it matches`}},
		"unless it continues": {"route: {receiver: mail, routes: [{matchers: [service=s], receiver: mail, continue: true}, {matchers: [severity=critical], receiver: page}]}", both, nil, nil},
		"no alert has the value": {"route: {receiver: mail, routes: [{matchers: [severity=page], receiver: page, routes: [{matchers: [zone=a]}]}]}", both, nil,
			[]string{`route-unreached: no alert reaches the route {severity="page"} to page: no alert matches severity="page", their severity is critical and warning`}},
		"no alert has the label":   {"route: {receiver: mail, routes: [{matchers: [team=x], receiver: page}]}", both, nil, []string{`route-unreached: no alert reaches the route {team="x"} to page: no alert has a label team`}},
		"one of the open values":   {"route: {receiver: mail, routes: [{matchers: [pod=x], receiver: page}]}", both, nil, nil},
		"one of the closed values": {"route: {receiver: mail, routes: [{matchers: [zone=b], receiver: page}]}", both, nil, nil},
		"contradicts the route above": {"route: {receiver: mail, routes: [{matchers: [severity=critical], receiver: page, routes: [{matchers: [severity=warning]}]}]}", both, nil,
			[]string{`route-unreached: no alert reaches the route {severity="warning"} to page: no alert has both severity="warning" and severity="critical"`}},
		"matchers that no one alert meets": {"route: {receiver: mail, routes: [{matchers: [severity=critical, zone=a], receiver: page}]}", both, nil,
			[]string{`route-unreached: no alert reaches the route {severity="critical",zone="a"} to page: no alert matches all of them`}},
		"receiver unused":       {"route: {receiver: mail}", both, nil, []string{"receiver-unused: no route leads to receiver page"}},
		"alert nobody receives": {"route: {receiver: none, routes: [{matchers: [severity=critical], receiver: page}, {matchers: [zone=b], receiver: mail}]}", both, nil, nil},
		"alert nobody receives for certain": {"route: {receiver: none, routes: [{matchers: [pod=b], receiver: mail}, {matchers: [severity=critical], receiver: page}]}", both, nil,
			[]string{"alert-nobody: nobody is told of Slow: no route takes it, and the root's receiver none has no integrations"}},
		"black hole": {"route: {receiver: mail, routes: [{matchers: [severity=critical], receiver: none}, {matchers: [zone=a], receiver: page}]}", both, nil,
			[]string{`black-hole: nobody is told of Down: the route {severity="critical"} leads to receiver none, which has no integrations`}},
		"discarded by name": {"route: {receiver: mail, routes: [{matchers: [alertname=Down], receiver: none}, {matchers: [zone=a], receiver: page}]}", both, nil, nil},
		"both page": {pageBoth, both, [][]Event{together(0, both...)},
			[]string{"route-unreached", "both-page: Slow pages by PagerDuty while Down pages for the same thing"}},
		"the warning pages first": {pageBoth, both, [][]Event{together(time.Hour, both[1], both[0])}, []string{"route-unreached"}},
		"one incident of both":    {strings.Replace(pageBoth, "alertname", "service", 1), both, [][]Event{together(0, both...)}, []string{"route-unreached"}},
		"one inhibits the other": {pageBoth + "\ninhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [service]}]", both,
			[][]Event{together(0, both...), together(time.Hour, both[1], both[0])}, []string{"route-unreached"}},
		"always inhibited": {pageBoth + "\ninhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [service]}]", both,
			[][]Event{together(0, both...), together(time.Hour, both[0], both[1])},
			[]string{"route-unreached", "always-inhibited: nobody is ever told of Slow: whenever it fires, Down fires too and inhibits it"}},
		"of different things": {pageBoth, []Alert{both[0], {Name: "Slow", Labels: both[1].Labels, Watches: "latency"}}, [][]Event{together(0, both...)}, []string{"route-unreached"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range newPipeline(t, test.config+receivers).Audit(test.alerts, test.scenarios...) {
				if f.Help == "" {
					t.Errorf("no help: %+v", f)
				}
				got = append(got, string(f.Kind)+": "+f.Message)
			}
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], test.want[i]) {
					t.Errorf("got  %q\nwant %q", got[i], test.want[i])
				}
			}
		})
	}
}

func TestTheReferenceServiceIsRoutedWell(t *testing.T) {
	configuration, err := os.ReadFile("../../out/alertmanager/alertmanager.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var alerts []Alert
	for _, severity := range []string{"critical", "warning"} {
		alerts = append(alerts, Alert{Name: "Errors" + severity, Watches: "errors", Labels: map[string][]string{
			"severity": {severity}, "service": {"ai-agent"}, "namespace": {"ai-support"}, "signal": {"errors"},
		}})
	}
	p := newPipeline(t, string(configuration))
	if findings := p.Audit(alerts, together(0, alerts...), together(time.Hour, alerts[1], alerts[0])); len(findings) > 0 {
		t.Error(findings)
	}
	routes := p.Routes(map[string]string{"alertname": "A", "severity": "critical", "service": "ai-agent", "namespace": "ai-support"})
	if len(routes) != 1 || routes[0].Receiver != "pagerduty-critical" || routes[0].GroupWait != 10*time.Second || !slices.Equal(routes[0].Position, []int{0, 0}) ||
		!slices.Equal(routes[0].GroupBy, []string{"alertname", "namespace", "service", "severity"}) {
		t.Errorf("got %+v", routes)
	}
}
