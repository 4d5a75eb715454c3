package lower_test

import "testing"

func TestAMistakeIsReportedAtTheElementOrSettingThatMakesIt(t *testing.T) {
	for spec, want := range map[string]string{
		`signals: s: {title: "S", rate: "requests_total", over: "5m", by: ["status", "colour"]}`:                             `signals.s.by[1]: metric requests_total has no label "colour"`,
		`signals: s: {title: "S", parts: {a: "one", b: "two"}, as: "kind", by: ["kind", "colour"]}`:                          `signals.s.by[1]: metric queue has no label "colour"`,
		`metrics: m_total: {type: "counter", help: "h", labels: kind: ["a", "b", "a"]}`:                                      `metrics.m_total.labels.kind[2]: value "a" stands twice`,
		`metrics: m_seconds: {type: "histogram", help: "h", unit: "s", buckets: [0.1, 1, 0.5]}`:                              `metrics.m_seconds.buckets[2]: bucket 0.5 does not lie above 1`,
		`metrics: m_total: {type: "counter", help: "h", labels: kind: ["a", "b"], exclude: ["kind='a'", "kind='c'"]}`:        `metrics.m_total.exclude[1]: kind="c" matches no value of label kind of m_total`,
		`routing: {receiver: "pager", groupBy: ["alertname", "a b"]}`:                                                        `routing.groupBy[1]: "a b" is not a name that a label can have`,
		`routing: {receiver: "pager", routes: [{match: "a='b'", receiver: "pager", groupBy: ["a-b"]}]}`:                      `routing.routes[0].groupBy[0]: "a-b" is not a name that a label can have`,
		`dashboards: d: {uid: "d", title: "D", rows: [{panels: [{signal: "one", by: ["colour"]}]}]}`:                         `dashboards.d.rows[0].panels[0].by[0]: metric queue has no label "colour"`,
		`slos: s: {title: "S", objective: "99%", good: "one", below: "5 jobs", traffic: atLeast: "1 job/min", minEvents: 5}`: `slos.s.traffic: traffic is about events, and this indicator counts evaluations, whatever the traffic`,
		`slos: s: {title: "S", objective: "99%", ` + anEvent + `, traffic: atLeast: "10"}`:                                   `slos.s.traffic.atLeast: 10 has no unit, the traffic of s is jobs per time`,
		`slos: s: {title: "S", objective: "99%", ` + anEvent + `, traffic: atLeast: "10 orders/min"}`:                        `slos.s.traffic.atLeast: 10 orders/min is orders per time, the traffic of s is jobs per time`,
		`slos: s: {title: "S", objective: "99%", ` + anEvent + `, traffic: atLeast: "10/min"}`:                               `slos.s.traffic.atLeast: "10/min" has no unit that is known`,
		`signals: s: {title: "S", expr: "sum(queue)", unit: "jobs", over: "5m", by: ["priority"], where: "priority='low'"}`:  `signals.s.over: over does not change written-out PromQL`,
		`slos: s: {title: "S", objective: "99%", bad: "share", above: "5 jobs", below: "6 jobs"}`:                            `slos.s.above: above says which values of a figure are good, and signal share is a share of events`,
		`metrics: p_total: {type: "counter", help: "h", labels: code: {max: 9, pattern: "[1-5].."}}` + "\n" +
			`signals: s: {title: "S", rate: "p_total", over: "5m", where: "code=~'9..'"}`: `signals.s.where: code=~"9.." matches no value of label code of p_total`,
	} {
		list := lowered(t, shop+`
metrics: jobs_total: {type: "counter", unit: "jobs", help: "h", labels: state: ["done", "failed"]}
signals: {
	one: {title: "One", value: "queue"}
	two: {title: "Two", value: "backlog"}
	share: {title: "Share", share: "jobs_total", matching: "state='failed'", over: "5m"}
}
receivers: pager: webhook: url: "http://localhost"
routing: receiver: "pager"
`+spec)
		if len(list) != 1 {
			t.Errorf("%s\n%d findings: %v", spec, len(list), list)
			continue
		}
		if got := list[0].Path + ": " + list[0].Message; got != want {
			t.Errorf("%s\ngives %s\nwant  %s", spec, got, want)
		}
	}
}
