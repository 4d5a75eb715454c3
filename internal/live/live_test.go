package live

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	amconfig "github.com/prometheus/alertmanager/config"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/remote"
)

const shop = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
metrics: queue_depth: {type: "gauge", unit: "jobs", replicas: "add", help: "Jobs that wait."}
signals: queue: {title: "Queue", value: "queue_depth"}
alerts: {
	QueueOverflows: {signal: "queue", above: "500 jobs", for: "5m", severity: "critical", group: "queue"}
	QueueLong: {signal: "queue", above: "100 jobs", for: "10m", severity: "warning", group: "queue"}
	QueueNotEmpty: {signal: "queue", above: "1 job", for: "1h", severity: "info", group: "other"}
}
receivers: {
	pager: webhook: {url: "http://pager.example.com/hook", token: secret: {name: "pager", key: "token"}}
	chat: slack: {url: secret: {name: "chat", key: "url"}, channel: "#web"}
}
routing: {receiver: "chat", routes: [{match: "severity='critical'", receiver: "pager"}, {match: "signal='queue'", receiver: "chat", groupWait: "1m"}]}
platform: alertmanager: receiver: "chat"
`

// outputs compiles a spec.
func outputs(t *testing.T, spec string) []generator.Output {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "spec.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: folder, Packages: []string{"."}, Kinds: Kinds()})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatalf("%v %v", err, result.Diagnostics)
	}
	return result.Outputs
}

// client asks a handler that runs on the loopback interface.
func client(t *testing.T, program string, handler http.HandlerFunc) *remote.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := remote.Access{Timeout: 2 * time.Minute}.Client(server.URL, program)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// jsonMap is an object of an answer, for tests to change.
type jsonMap = map[string]any

// loadedRules are the groups of the compiled rule file as Prometheus' API lists them.
func loadedRules(t *testing.T, all []generator.Output) []jsonMap {
	t.Helper()
	groups, err := compiledGroups(data(all[0], prometheus.RulesPath))
	if err != nil {
		t.Fatal(err)
	}
	var out []jsonMap
	for _, g := range groups {
		var rules []jsonMap
		for _, r := range g.rules {
			one := jsonMap{"name": r.name, "query": r.expr, "labels": r.labels, "health": "ok", "type": "recording", "evaluationTime": 0.001, "lastEvaluation": "2026-01-02T03:04:05Z"}
			if r.alert {
				one["type"], one["state"], one["duration"], one["keepFiringFor"], one["annotations"] = "alerting", "inactive", r.hold.Seconds(), r.keep.Seconds(), r.annotations
			}
			rules = append(rules, one)
		}
		out = append(out, jsonMap{"name": g.name, "file": "/etc/rules.yaml", "interval": g.interval.Seconds(), "limit": 0, "rules": rules})
	}
	return out
}

func ruleOf(t *testing.T, groups []jsonMap, name string) jsonMap {
	t.Helper()
	for _, g := range groups {
		for _, r := range g["rules"].([]jsonMap) {
			if r["name"] == name {
				return r
			}
		}
	}
	t.Fatalf("no rule %s", name)
	return nil
}

// comparePrometheus compares with a server that has loaded the groups, and returns the findings, their notes below them.
func comparePrometheus(t *testing.T, all []generator.Output, groups []jsonMap) (string, string) {
	t.Helper()
	c := client(t, "Prometheus", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/rules" || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(jsonMap{"status": "success", "data": jsonMap{"groups": groups}})
	})
	result, err := Prometheus(context.Background(), c, all)
	if err != nil {
		t.Fatal(err)
	}
	return lines(result, c)
}

func lines(result Result, c *remote.Client) (string, string) {
	var text strings.Builder
	for _, d := range result.Found {
		text.WriteString(strings.TrimPrefix(d.Code, "live/") + " " + d.Path + ": " + d.Message + "\n")
		for _, note := range d.Notes {
			text.WriteString("  " + note + "\n")
		}
	}
	clean := strings.NewReplacer(c.Address(), "URL")
	return clean.Replace(text.String()), clean.Replace(result.Compared)
}

func TestEveryWayInWhichRulesDriftIsNamed(t *testing.T) {
	all := outputs(t, shop)
	const at = "Prometheus at URL"
	for name, test := range map[string]struct {
		change func(groups []jsonMap) []jsonMap
		want   string
	}{
		"nothing": {func(g []jsonMap) []jsonMap { return g }, ""},
		"another layout": {func(g []jsonMap) []jsonMap {
			ruleOf(t, g, "QueueLong")["query"] = "service:queue:value{ service='shop',namespace='web' }  > 100.0"
			return g
		}, ""},
		"a rule deleted": {func(g []jsonMap) []jsonMap {
			for i := range g {
				var kept []jsonMap
				for _, r := range g[i]["rules"].([]jsonMap) {
					if r["name"] != "QueueLong" {
						kept = append(kept, r)
					}
				}
				g[i]["rules"] = kept
			}
			return g
		}, "missing alerts.QueueLong: alert QueueLong of group shop-queue is not loaded in " + at + "\n"},
		"a group deleted": {func(g []jsonMap) []jsonMap { return g[1:] },
			"missing alerts.QueueNotEmpty: group shop-other with 1 rule is not loaded in " + at + "\n  it holds alert QueueNotEmpty\n"},
		"everything of a rule changed": {func(g []jsonMap) []jsonMap {
			r := ruleOf(t, g, "QueueLong")
			r["query"], r["duration"], r["keepFiringFor"] = "sum(queue_depth) > 100", 60.0, 300.0
			r["labels"].(map[string]string)["severity"] = "critical"
			delete(r["annotations"].(map[string]string), "runbook_url")
			return g
		}, "changed alerts.QueueLong: alert QueueLong of group shop-queue is loaded in another form in " + at + `
  expr: loaded is sum(queue_depth) > 100, the spec gives service:queue:value{namespace="web",service="shop"} > 100
  for: loaded is 1m, the spec gives 10m
  keep_firing_for: loaded is 5m, the spec gives 0s
  label severity: loaded is "critical", the spec gives "warning"
  annotation runbook_url: not loaded, the spec gives "https://wiki.example.com/QueueLong"
`},
		"a group's settings": {func(g []jsonMap) []jsonMap {
			g[0]["interval"], g[0]["limit"] = 60.0, 5
			return g
		}, "changed alerts.QueueNotEmpty: group shop-other is loaded with other settings in " + at + "\n  interval: loaded is 1m, the spec gives 30s\n  limit: loaded is 5, the spec gives 0\n"},
		"another order": {func(g []jsonMap) []jsonMap {
			rules := g[1]["rules"].([]jsonMap)
			rules[0], rules[2] = rules[2], rules[0]
			return g
		}, "changed alerts.QueueOverflows: the rules of group shop-queue are loaded in another order in " + at +
			", and a rule reads what those before it recorded\n  loaded: alert QueueLong, alert QueueOverflows, recording rule service:queue:value\n  the spec gives: recording rule service:queue:value, alert QueueOverflows, alert QueueLong\n"},
		"a rule too much": {func(g []jsonMap) []jsonMap {
			g[1]["rules"] = append(g[1]["rules"].([]jsonMap), jsonMap{"name": "Old", "type": "alerting", "query": "up == 0", "labels": jsonMap{}})
			return g
		}, "extra alerts.QueueOverflows: alert Old of group shop-queue is loaded in " + at + " and is not in the spec\n  expr: up == 0\n"},
		"a group too much": {func(g []jsonMap) []jsonMap {
			old := []jsonMap{{"name": "Old", "type": "alerting", "query": "up == 0", "labels": jsonMap{"service": "shop", "namespace": "web"}}}
			return append(g, jsonMap{"name": "shop-old", "file": "/etc/old.yaml", "rules": old})
		}, "extra service: group shop-old is loaded in " + at + " and is not in the spec, although its rules carry the labels of shop\n  it holds alert Old\n  loaded from /etc/old.yaml\n"},
		"a group loaded twice": {func(g []jsonMap) []jsonMap {
			return append(g, jsonMap{"name": "shop-other", "file": "/etc/copy.yaml", "interval": 30.0, "rules": []jsonMap{}})
		}, "extra alerts.QueueNotEmpty: group shop-other is loaded twice in " + at + "\n  loaded from /etc/rules.yaml\n  and from /etc/copy.yaml\n"},
		"a rule that fails": {func(g []jsonMap) []jsonMap {
			ruleOf(t, g, "QueueLong")["lastError"] = "many-to-many matching not allowed"
			return g
		}, "failing alerts.QueueLong: alert QueueLong of group shop-queue is loaded, and " + at + " cannot evaluate it\n  many-to-many matching not allowed\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := comparePrometheus(t, all, test.change(loadedRules(t, all)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRulesOfOthersAreLeftAloneAndCounted(t *testing.T) {
	all := outputs(t, shop)
	others := []jsonMap{
		{"name": "shop-api-errors", "rules": []jsonMap{{"name": "A", "type": "alerting", "query": "up", "labels": jsonMap{"service": "shop-api", "namespace": "web"}}}},
		{"name": "kubernetes-apps", "rules": []jsonMap{{"name": "shop", "type": "recording", "query": "up", "labels": jsonMap{}}}},
		{"name": "shop elsewhere", "rules": []jsonMap{{"name": "A", "type": "alerting", "query": "up", "labels": jsonMap{"service": "shop", "namespace": "staging"}}}},
	}
	found, compared := comparePrometheus(t, all, append(loadedRules(t, all), others...))
	if found != "" {
		t.Errorf("found:\n%s", found)
	}
	if want := "4 rules in 2 groups compared with Prometheus at URL, whose 3 groups of others are left alone"; compared != want {
		t.Errorf("got  %s\nwant %s", compared, want)
	}
}

// compareAlertmanager compares with a server that has loaded the compiled configuration with texts replaced, and shows it as
// Alertmanager does.
func compareAlertmanager(t *testing.T, all []generator.Output, replacements ...string) (string, string) {
	t.Helper()
	text := string(data(all[0], alertmanager.ConfigPath))
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(text, replacements[i]) {
			t.Fatalf("%q is not in\n%s", replacements[i], text)
		}
		text = strings.Replace(text, replacements[i], replacements[i+1], 1)
	}
	config, err := amconfig.Load(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return compareShown(t, all, config.String())
}

func compareShown(t *testing.T, all []generator.Output, original string) (string, string) {
	t.Helper()
	c := client(t, "Alertmanager", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v2/status" || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(jsonMap{"config": jsonMap{"original": original}, "versionInfo": jsonMap{"version": "0.34.2"}})
	})
	result, err := Alertmanager(context.Background(), c, all)
	if err != nil {
		t.Fatal(err)
	}
	return lines(result, c)
}

func TestEveryWayInWhichAConfigurationDriftsIsNamed(t *testing.T) {
	all := outputs(t, shop)
	const at = "Alertmanager at URL"
	const shopRoute = `{namespace="web", service="shop"}`
	critical, queue := "        - matchers:\n            - severity=\"critical\"\n          receiver: pager\n", "        - matchers:\n            - signal=\"queue\"\n          receiver: chat\n          group_wait: 1m\n"
	for name, test := range map[string]struct {
		replacements []string
		want         string
	}{
		"nothing": {nil, ""},
		"a route's receiver": {[]string{`severity="critical"` + "\n          receiver: pager", `severity="critical"` + "\n          receiver: chat"},
			"changed routing.routes[0]: route " + shopRoute + ` > {severity="critical"} is loaded in another form in ` + at + "\n  receiver: loaded is chat, the spec gives pager\n"},
		"a route's matchers": {[]string{critical, strings.Replace(critical, "critical", "page", 1)},
			"changed routing.routes[0]: route " + shopRoute + ` > {severity="critical"} is loaded in another form in ` + at + "\n  matchers: loaded is {severity=\"page\"}, the spec gives {severity=\"critical\"}\n"},
		"a route's times": {[]string{"group_wait: 1m", "group_wait: 2m\n          mute_time_intervals: [night]", "receivers:", "time_intervals:\n  - name: night\nreceivers:"},
			"changed routing.routes[1]: route " + shopRoute + ` > {signal="queue"} is loaded in another form in ` + at +
				"\n  group_wait: loaded is 2m, the spec gives 1m\n  mute_time_intervals[0]: loaded is night, the spec gives none\n" +
				"changed platform.alertmanager: settings differ in " + at + "\n  time_intervals[0].name: loaded is night, the spec gives none\n"},
		"a route deleted": {[]string{critical, ""},
			"missing routing.routes[0]: route " + shopRoute + ` > {severity="critical"} is not loaded in ` + at + "\n  it leads to pager\n"},
		"a route too much": {[]string{critical, "        - matchers: ['team=\"x\"']\n          group_wait: 5s\n" + critical},
			"extra routing: route " + shopRoute + ` > {team="x"} is loaded in ` + at + " and is not in the spec\n  it leads to the receiver of the route above it\n"},
		"another order": {[]string{critical + queue, queue + critical},
			"changed routing: the routes below route " + shopRoute + " are loaded in another order in " + at + ", and the first that matches takes an alert\n"},
		"the root": {[]string{"group_by: [alertname, namespace]", "group_by: [alertname]"},
			"changed platform.alertmanager: the root route is loaded in another form in " + at + "\n  group_by[1]: not loaded, the spec gives namespace\n"},
		"a receiver": {[]string{"channel: '#web'", "channel: '#dev'"},
			"changed receivers.chat: receiver chat is loaded in another form in " + at + "\n  slack_configs[0].channel: loaded is #dev, the spec gives #web\n"},
		"a secret that stands in the configuration": {[]string{"api_url_file: /etc/alertmanager/secrets/chat/url", "api_url: https://hooks.example.com/T0P"},
			"changed receivers.chat: receiver chat is loaded in another form in " + at +
				"\n  slack_configs[0].api_url: loaded is a value that is not shown here, the spec gives none\n  slack_configs[0].api_url_file: not loaded, the spec gives /etc/alertmanager/secrets/chat/url\n"},
		"a receiver too much":    {[]string{"receivers:\n", "receivers:\n  - name: old\n"}, "extra platform.alertmanager: receiver old is loaded in " + at + " and is not in the spec\n"},
		"what the operator adds": {[]string{"receivers:\n", "receivers:\n  - name: web/mine/chat\n", "  routes:\n", "  routes:\n    - matchers: ['namespace=\"web\"']\n      receiver: web/mine/chat\n"}, ""},
		"a setting that receivers inherit": {[]string{"global:\n", "global:\n  http_config: {follow_redirects: false}\n"},
			"changed platform.alertmanager: settings differ in " + at + "\n  global.http_config.follow_redirects: loaded is false, the spec gives true\n"},
		"an inhibition's labels": {[]string{"equal: [signal, service, namespace]", "equal: [signal]"},
			"changed platform.alertmanager: inhibition {severity=\"critical\", signal=~\".+\"} mutes {severity=~\"warning|info\", signal=~\".+\"} is loaded in another form in " + at +
				"\n  equal: loaded is signal, the spec gives namespace, service, signal\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := compareAlertmanager(t, all, test.replacements...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestANewerReleaseIsComparedAsFarAsItIsKnown has settings of a release that is not made yet.
func TestANewerReleaseIsComparedAsFarAsItIsKnown(t *testing.T) {
	all := outputs(t, shop)
	config, err := amconfig.Load(string(data(all[0], alertmanager.ConfigPath)))
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(config.String(), "global:\n", "global:\n  pigeon_url: http://pigeons\n", 1)
	found, compared := compareShown(t, all, strings.Replace(newer, "channel: '#web'", "channel: '#dev'", 1))
	if want := "changed receivers.chat: receiver chat is loaded in another form in Alertmanager at URL\n  slack_configs[0].channel: loaded is #dev, the spec gives #web\n"; found != want {
		t.Errorf("got:\n%s\nwant:\n%s", found, want)
	}
	if !strings.HasSuffix(compared, "settings beyond the spec's are not known here and were not compared") {
		t.Error(compared)
	}
}

func TestWithoutThePlatformThereIsNothingToCompareAlertmanagerWith(t *testing.T) {
	asked := false
	c := client(t, "Prometheus", func(http.ResponseWriter, *http.Request) { asked = true })
	_, err := Alertmanager(context.Background(), c, outputs(t, strings.Replace(shop, "platform: alertmanager: receiver: \"chat\"\n", "", 1)))
	if err == nil || asked || !strings.Contains(err.Error(), "name the package that declares it") {
		t.Errorf("asked: %v, error: %v", asked, err)
	}
}

func TestLongTextsAreShownWhereTheyDiffer(t *testing.T) {
	long := strings.Repeat("a", 300)
	d := difference{"expr", long + "é > 1" + long, long + "é > 2" + long}
	note := d.note()
	if !strings.Contains(note, "é > 1") || !strings.Contains(note, "é > 2") || len(note) > 600 {
		t.Error(note)
	}
}

// answers is a server of one answer.

func TestAnAnswerWithoutWhatIsComparedIsExplained(t *testing.T) {
	all := outputs(t, shop)
	for answer, says := range map[string]string{
		`{"status":"error","error":"rules are not there"}`: `does not list its rules: "rules are not there"`,
		`{}`: "does not list its rules",
	} {
		c := client(t, "Prometheus", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		if _, err := Prometheus(t.Context(), c, all); err == nil || !strings.HasPrefix(err.Error(), c.String()+" "+says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestOfTwoLongTextsWhatDiffersIsShown(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ a, b, wantA, wantB string }{
		{"up > 1", "up > 2", "up > 1", "up > 2"},
		{long + "[6m]" + long, long + "[5m]" + long, "…" + long[:29] + "[6m]" + long[:28] + "…", "…" + long[:29] + "[5m]" + long[:28] + "…"},
		{long, long + "y", "…" + long[:30], "…" + long[:30] + "y"},
		{"é" + long + "é", "é" + long + "è", "…" + long[:29] + "é", "…" + long[:29] + "è"},
	} {
		if a, b := around(c.a, c.b); a != c.wantA || b != c.wantB {
			t.Errorf("got  %s and %s\nwant %s and %s", a, b, c.wantA, c.wantB)
		}
	}
}
