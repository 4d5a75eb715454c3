package lower_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextsThatWouldNotStayWhatTheyAreAreReportedOnce(t *testing.T) {
	var got []string
	for _, d := range lowered(t, `package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec
service: {
	name: "shop", title: "Shop\u0000", description: "Two\r\nlines,\tand {{ braces }}.", namespace: "shop", team: "web", client: "go"
	runbooks: "https://example.com/{{x}}", scrape: {service: "shop", labels: app: "shop"}
}
metrics: orders_total: {type: "counter", unit: "orders", help: "Of {{ all }}.", labels: {kind: ["new", "\u001b[31mred"], shop: {max: 3, pattern: "\u0085"}}}
signals: orders: {title: "Orders of {{ $labels.shop }}", rate: "orders_total", over: "5m"}
alerts: Quiet: {
	signal: "orders", below: "1 orders/s", severity: "warning", component: "{{ a }}", labels: tier: "{{ $value }}"
	summary: "{{ value }}", note: "Ask {{ anybody }}."
}
receivers: {
	chat: slack: {url: secret: {name: "chat", key: "url"}, channel: "#{{ .CommonLabels.team }}"}
	mail: email: {to: "{{ .Labels.team }}@example.com", from: "a@example.com", smarthost: "mail:25"}
}
routing: receiver: "chat"
`) {
		got = append(got, d.Path+" "+d.Code)
	}
	slices.Sort(got)
	want := []string{
		"alerts.Quiet.component alert/template",
		"alerts.Quiet.labels.tier alert/template",
		"metrics.orders_total.labels.kind[1] schema/format",
		"metrics.orders_total.labels.shop.pattern schema/format",
		"receivers.mail.email.to receiver/template",
		"service.runbooks alert/template",
		"service.title schema/format",
		"signals.orders.title alert/template",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}
