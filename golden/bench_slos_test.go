//go:build unix

package golden

import (
	"fmt"
	"strings"
	"testing"
)

// slosPerFile is how many objectives stand in a file where a spec of many is divided.
const slosPerFile = 100

// slosOf writes a package of n SLOs into a temporary folder and returns it: all in one file, or divided. Eight SLOs share
// the metrics of an area of a shop, and each has a signal of its own, with its own matchers or bound.
func slosOf(tb testing.TB, n int, divided bool) string {
	tb.Helper()
	dir := tb.TempDir()
	writeBenchFile(tb, dir, "cue.mod/module.cue", "module: \"example.com/slos@v0\"\nlanguage: version: \"v0.17.0\"\n")
	var body strings.Builder
	file := benchSLOHeader
	for i := range n {
		body.WriteString(benchSLO(i, n))
		if divided && (i+1)%slosPerFile == 0 && i+1 < n {
			writeBenchFile(tb, dir, fmt.Sprintf("spec/slos%04d.cue", i/slosPerFile), file+body.String())
			file = "package monitoring\n"
			body.Reset()
		}
	}
	writeBenchFile(tb, dir, "spec/spec.cue", file+body.String())
	return dir
}

const benchSLOHeader = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

platform: prometheus: {retention: "90d", storage: "100Gi", replicas: 2}
service: {
	name: "shop", title: "Shop", namespace: "shops", team: "shops", client: "go", replicas: 3
	runbooks: "https://wiki.example.com/shops"
	scrape: {service: "shop-metrics", labels: {app: "shop", component: "metrics"}}
}
receivers: {
	page: pagerduty: routingKey: secret: {name: "alertmanager-pagerduty", key: "page"}
	chat: slack: {channel: "#shops", url: secret: {name: "alertmanager-slack", key: "url"}}
}
routing: {receiver: "chat", routes: [{match: "severity='critical'", receiver: "page"}]}
`

// benchSLO is the SLO of index i among n, with its signal and the metrics of its area where it is the first to use them.
func benchSLO(i, n int) string {
	const perArea = 8
	var (
		name       = fmt.Sprintf("area%03d_route%02d", i/perArea, i%perArea)
		area       = fmt.Sprintf("shop_area%03d", i/perArea)
		route      = fmt.Sprintf("/area%03d/route%02d", i/perArea, i%perArea)
		title      = fmt.Sprintf("Area %d, route %d", i/perArea, i%perArea)
		objectives = []string{"99.9%", "99.5%", "99%", "99.95%"}
		windows    = []string{"", "", "", `, window: "7d"`, "", "", `, window: "28d"`}
		bounds     = []string{"250ms", "500ms", "1s", "2.5s"}
		b          strings.Builder
	)
	first := i % perArea
	if first == 0 {
		fmt.Fprintf(&b, "metrics: %s_requests_total: {type: \"counter\", unit: \"requests\", help: \"Requests answered in area %d.\", labels: {status: {max: 12, pattern: \"[1-5][0-9][0-9]\"}, route: max: 8}}\n", area, i/perArea)
	}
	if first == 1 {
		fmt.Fprintf(&b, "metrics: %s_seconds: {type: \"histogram\", unit: \"s\", help: \"Time to answer a request in area %d.\", buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], labels: route: max: 8}\n", area, i/perArea)
	}
	share := "good"
	switch i % 4 {
	case 0:
		share = "bad"
		fmt.Fprintf(&b, "signals: %s: {title: \"%s: errors\", share: \"%s_requests_total\", matching: \"status=~'5..'\", where: \"route='%s'\", over: \"5m\"}\n", name, title, area, route)
	case 2:
		fmt.Fprintf(&b, "signals: %s: {title: \"%s: availability\", share: \"%s_requests_total\", matching: \"status!~'5..|429'\", where: \"route='%s'\", over: \"5m\"}\n", name, title, area, route)
	default:
		fmt.Fprintf(&b, "signals: %s: {title: \"%s: fast responses\", within: \"%s_seconds\", bound: \"%s\", where: \"route='%s'\", over: \"5m\"}\n", name, title, area, bounds[i/2%len(bounds)], route)
	}
	fmt.Fprintf(&b, "slos: %s: {title: \"%s\", %s: \"%s\", objective: \"%s\"%s}\n", name, title, share, name, objectives[i/3%len(objectives)], windows[i%len(windows)])
	return b.String()
}

func TestTheSpecsOfManySLOsThatAreMeasuredHaveNoFindings(t *testing.T) {
	for _, n := range []int{1, 250} {
		requireNoFindings(t, slosOf(t, n, n > slosPerFile), "./spec")
	}
}
