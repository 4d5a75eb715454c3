package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fleetOf writes a module of n services below one platform into a temporary folder and returns it. Each service has 20
// metrics, 5 SLOs, 10 alerts and 2 dashboards of 8 panels.
func fleetOf(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	writeBenchFile(tb, dir, "cue.mod/module.cue", "module: \"example.com/fleet@v0\"\nlanguage: version: \"v0.17.0\"\n")
	writeBenchFile(tb, dir, "services/platform.cue", benchPlatform)
	for i := range n {
		number := fmt.Sprintf("%04d", i+1)
		writeBenchFile(tb, dir, "services/shop-"+number+"/service.cue", strings.ReplaceAll(benchService, "NNNN", number))
	}
	return dir
}

func writeBenchFile(tb testing.TB, dir, name, content string) {
	tb.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		tb.Fatal(err)
	}
}

// benchPlatform is what the services share: the cluster's settings and the two receivers.
const benchPlatform = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

platform: {prometheus: {retention: "90d", storage: "100Gi", replicas: 2}, grafana: folder: "Shops"}
receivers: {
	page: pagerduty: routingKey: secret: {name: "alertmanager-pagerduty", key: "page"}
	chat: slack: {channel: "#shops", url: secret: {name: "alertmanager-slack", key: "url"}}
}
`

// benchService is one service; NNNN is its number.
const benchService = `package monitoring

service: {
	name: "shop-NNNN", title: "Shop NNNN", namespace: "shops", team: "shops", client: "go", replicas: 3
	runbooks: "https://wiki.example.com/shops"
	scrape: {service: "shop-NNNN-metrics", labels: {app: "shop-NNNN", component: "metrics"}}
}

_status: status: {max: 12, pattern: "[1-5][0-9][0-9]"}
_provider: provider: ["card", "bank", "wallet"]
metrics: {
	shop_http_requests_total: {type: "counter", unit: "requests", help: "HTTP requests answered.", labels: {_status, method: ["GET", "POST"]}}
	shop_orders_total: {type: "counter", unit: "orders", help: "Orders placed.", labels: channel: ["web", "app", "phone"]}
	shop_orders_cancelled_total: {type: "counter", unit: "orders", help: "Orders cancelled.", labels: reason: ["customer", "stock", "payment"]}
	shop_revenue_dollars_total: {type: "counter", unit: "USD", help: "Revenue of the orders.", labels: channel: ["web", "app", "phone"]}
	shop_payments_total: {type: "counter", unit: "payments", help: "Payments tried.", labels: {_provider, result: ["success", "declined", "error"]}}
	shop_payment_fees_dollars_total: {type: "counter", unit: "USD", help: "Fees paid to the providers.", labels: _provider}
	shop_cache_lookups_total: {type: "counter", unit: "lookups", help: "Lookups in the cache.", labels: result: ["hit", "miss"]}
	shop_mails_total: {type: "counter", unit: "mails", help: "Mails sent.", labels: result: ["sent", "failed"]}
	shop_response_seconds: {type: "histogram", unit: "s", help: "Time to answer a request.", buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]}
	shop_search_seconds: {type: "histogram", unit: "s", help: "Time of a search.", buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2]}
	shop_payment_seconds: {type: "histogram", unit: "s", help: "Time of a payment.", labels: _provider, buckets: [0.25, 0.5, 1, 2.5, 5, 10, 30]}
	shop_query_seconds: {type: "histogram", unit: "s", help: "Time of a database query.", labels: operation: ["select", "insert", "update"], buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]}
	shop_basket_dollars: {type: "histogram", unit: "USD", help: "Value of a basket.", buckets: [5, 10, 25, 50, 100, 250, 1000]}
	shop_queue_depth: {type: "gauge", unit: "orders", replicas: "same", help: "Orders that wait.", labels: priority: ["high", "low"]}
	shop_connections_active: {type: "gauge", unit: "connections", replicas: "add", help: "Connections in use."}
	shop_connections_max: {type: "gauge", unit: "connections", replicas: "add", help: "Connections allowed."}
	shop_stock_ratio: {type: "gauge", unit: "ratio", replicas: "same", help: "Share of the articles in stock."}
	shop_sessions: {type: "gauge", unit: "sessions", replicas: "add", help: "Sessions open."}
	shop_hosting_cost_dollars: {type: "gauge", unit: "USD", replicas: "same", resets: "month", help: "Cost of hosting, month to date."}
	shop_build_info: {type: "info", help: "What runs.", labels: {version: max: 5, commit: max: 5}}
}

signals: {
	error_rate: {title: "HTTP error rate", help: "Requests that fail.", share: "shop_http_requests_total", matching: "status=~'5..'", over: "5m"}
	availability: {title: "Availability", share: "shop_http_requests_total", matching: "status!~'5..'", over: "5m"}
	traffic: {title: "Traffic", rate: "shop_http_requests_total", over: "5m", unit: "requests/min"}
	response_time: {title: "Response time (p95)", help: "Users wait this long.", quantile: "shop_response_seconds", q: 0.95, over: "5m"}
	fast_responses: {title: "Fast responses", within: "shop_response_seconds", bound: "500ms", over: "5m"}
	search_time: {title: "Search time (p95)", quantile: "shop_search_seconds", q: 0.95, over: "5m"}
	fast_searches: {title: "Fast searches", within: "shop_search_seconds", bound: "250ms", over: "5m"}
	payment_errors: {title: "Payment errors", help: "Payments that fail for a technical reason.", share: "shop_payments_total", matching: "result='error'", over: "10m"}
	payment_time: {title: "Payment time (p95)", quantile: "shop_payment_seconds", q: 0.95, over: "10m"}
	fast_payments: {title: "Fast payments", within: "shop_payment_seconds", bound: "5s", over: "5m"}
	query_time: {title: "Query time (p95)", quantile: "shop_query_seconds", q: 0.95, over: "5m"}
	orders: {title: "Orders", rate: "shop_orders_total", over: "5m", unit: "orders/min"}
	orders_day: {title: "Orders a day", increase: "shop_orders_total", over: "24h"}
	cancelled: {title: "Cancelled orders", ratio: "shop_orders_cancelled_total", to: "shop_orders_total", over: "1h"}
	revenue: {title: "Revenue", increase: "shop_revenue_dollars_total", over: "24h"}
	fees: {title: "Payment fees", increase: "shop_payment_fees_dollars_total", over: "24h"}
	hosting: {title: "Hosting", increase: "shop_hosting_cost_dollars", over: "24h"}
	costs: {title: "Costs", parts: {fees: "fees", hosting: "hosting"}, as: "source"}
	basket: {title: "Basket (median)", quantile: "shop_basket_dollars", q: 0.5, over: "1h"}
	cache_hits: {title: "Cache hits", share: "shop_cache_lookups_total", matching: "result='hit'", over: "5m"}
	mail_failures: {title: "Mails that fail", share: "shop_mails_total", matching: "result='failed'", over: "15m"}
	queue: {title: "Queue", value: "shop_queue_depth"}
	pool: {title: "Connections used", ratio: "shop_connections_active", to: "shop_connections_max"}
	stock: {title: "Articles in stock", value: "shop_stock_ratio"}
	sessions: {title: "Sessions", value: "shop_sessions"}
	targets: {title: "Healthy targets", value: "up", whenMissing: "0 targets"}
}

slos: {
	availability: {title: "Availability", good: "availability", objective: "99.9%"}
	responses: {title: "Fast responses", good: "fast_responses", objective: "99%"}
	searches: {title: "Fast searches", good: "fast_searches", objective: "95%"}
	payments: {title: "Payments that work", bad: "payment_errors", objective: "99.5%"}
	payment_time: {title: "Fast payments", good: "fast_payments", objective: "98%", window: "7d"}
}

alerts: {
	HighErrorRate: {signal: "error_rate", above: "5%", for: "2m", severity: "critical", component: "api", note: "Usually the last deployment: roll it back."}
	SomeErrors: {signal: "error_rate", above: "2%", for: "5m", severity: "warning", component: "api"}
	SlowResponses: {signal: "response_time", above: "2s", for: "5m", severity: "critical", component: "api"}
	SlowerResponses: {signal: "response_time", above: "1s", for: "10m", severity: "warning", component: "api"}
	PaymentsFail: {signal: "payment_errors", above: "5%", for: "5m", severity: "critical", by: ["provider"], component: "payment"}
	ManyCancelled: {signal: "cancelled", above: "20%", for: "15m", severity: "warning", component: "orders"}
	QueueLong: {signal: "queue", above: "500 orders", for: "5m", severity: "warning", component: "orders"}
	PoolFull: {signal: "pool", above: "85%", for: "5m", severity: "warning", component: "database"}
	MailsFail: {signal: "mail_failures", above: "10%", for: "10m", severity: "warning", component: "mail"}
	ServiceDown: {signal: "targets", below: "1 target", for: "1m", severity: "critical"}
}

routing: {receiver: "chat", routes: [{match: "severity='critical'", receiver: "page"}]}

dashboards: {
	operations: {
		uid: "shop-NNNN-ops", title: "Shop NNNN operations", tags: ["shop"], variables: ["instance"]
		annotations: [{title: "Deployment", info: "shop_build_info"}]
		rows: [
			{panels: [{kind: "stat", signal: "error_rate"}, {kind: "stat", signal: "traffic"}, {kind: "gauge", signal: "pool"}]},
			{title: "Requests", panels: [
				{title: "Response times", series: [for p in [50, 95, 99] {signal: "response_time", q: p / 100, name: "p\(p)"}]},
				{kind: "bars", stack: true, title: "Requests by status", signal: "traffic", by: ["status"]},
			]},
			{panels: [{signal: "search_time"}, {signal: "query_time", by: ["operation"]}, {signal: "cache_hits"}]},
		]
	}
	business: {
		uid: "shop-NNNN-business", title: "Shop NNNN business", tags: ["shop"], refresh: "1m", from: "30d"
		rows: [
			{panels: [{kind: "stat", signal: "orders_day"}, {kind: "stat", signal: "revenue"}, {kind: "stat", signal: "basket"}]},
			{panels: [{signal: "orders", by: ["channel"]}, {kind: "pie", signal: "revenue", by: ["channel"]}, {kind: "bars", stack: true, signal: "costs", by: ["source"]}]},
			{panels: [{title: "Stock and sessions", series: [{signal: "stock", name: "in stock"}, {signal: "sessions", name: "sessions", axis: "right"}]},
				{kind: "table", title: "Payments", by: ["provider"], series: [{signal: "payment_errors", name: "Errors"}, {signal: "payment_time", name: "Time"}]}]},
		]
	}
}
`
