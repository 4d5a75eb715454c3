package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/read"
)

// foundIn runs all checks over the rules of one group, and tells what each finding is and in which line.
func foundIn(t *testing.T, rules string) []string {
	t.Helper()
	set, problems := read.Content("rules.yaml", []byte("groups:\n  - name: shop\n    rules:\n"+strings.ReplaceAll(rules, "\t", "    ")))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	table := shopTable(t)
	table.AddRecordings(lint.Recordings(set))
	found, _ := lint.Run(set, table)
	var got []string
	for _, d := range found {
		got = append(got, fmt.Sprintf("%s[%s] in line %d: %s", d.Severity, d.Code, d.Pos.Line-3, d.Message))
	}
	return got
}

func TestWhatMayBeMeantIsNoError(t *testing.T) {
	for name, test := range map[string]struct {
		rules string
		want  []string
	}{
		"recordings that take turns write one series in turn": {`
      - {record: "shop:limit", expr: "vector(100) and on () (hour() < 8)"}
      - {record: "shop:limit", expr: "vector(200) and on () (hour() >= 8)"}
`, nil},
		"of two metrics one may not be there": {`
      - {record: "shop:depth", expr: "sum(shop_queue_depth)"}
      - {record: "shop:depth", expr: "sum(shops_queue_sizes)"}
`, []string{"warning[rule/duplicate] in line 3: two rules record the one series shop:depth"}},
		"labels are durations and long texts": {`
      - alert: Deploys
        expr: deploys > 3
        annotations:
          summary: "{{ $labels.window | parseDuration | humanizeDuration }} of {{ slice $labels.commit 0 12 }}"
`, nil},
		"a label's text may be what nobody tried": {`
      - alert: Deploys
        expr: deploys > 3
        annotations:
          summary: "{{ slice $labels.commit 0 99 }}"
`, []string{"warning[rule/template] in line 5: annotation summary cannot be expanded: error in slice: index out of range: 99, for any text that was tried as a label"}},
		"a gauge may stay what it is while its alert waits": {`
      - {alert: QueueLong, expr: "max(shop_queue_depth) > 100", for: 5m, labels: {depth: "{{ $value }}"}}
      - {alert: Errors, expr: "sum(rate(shop_http_requests_total[5m])) > 100", for: 5m, labels: {rate: "{{ $value }}"}}
      - {alert: Backup, expr: "time() - max(shop_last_backup_timestamp_seconds) > 1e6", for: 5m, labels: {age: "{{ $value }}"}}
`, []string{
			"warning[rule/value-in-label] in line 2: label depth holds the value: each new value is another alert",
			"error[rule/value-in-label] in line 3: label rate holds the value: each new value waits 5m anew before it fires",
			"error[rule/value-in-label] in line 4: label age holds the value: each new value waits 5m anew before it fires",
		}},
		"a unit may describe the noun behind it": {`
      - alert: QueueLong
        expr: sum(shop_memory_bytes) > 1e9
        annotations: {summary: "{{ $value }} second-level entries, {{ $value }} core dumps"}
`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, foundIn(t, test.rules)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFindingDoesNotHideWhatItFollowsFrom(t *testing.T) {
	for name, test := range map[string]struct {
		rules string
		want  []string
	}{
		"a point in time is no age, whatever the text prints": {`
      - alert: NoBackup
        expr: shop_last_backup_timestamp_seconds > 26 * 3600
        annotations: {summary: "The last backup was {{ $value | humanizeDuration }} ago"}
`, []string{"error[promql/unit-mismatch] in line 3: shop_last_backup_timestamp_seconds is a point in time, and is compared with 1d2h after 1970"}},
		"a threshold out of reach may be right in the text": {`
      - alert: SlowAnswers
        expr: histogram_quantile(0.9, sum by (le) (rate(shop_response_seconds_bucket[5m]))) > 1500
        annotations: {summary: "Answers take more than 1.5 s"}
`, []string{"error[promql/unreachable-comparison] in line 3: histogram_quantile(0.9, sum by (le) (rate(shop_response_seco… is never above 25m"}},
		"a label that a grouping misspells is not there to print": {`
      - alert: Errors
        expr: sum by (statu) (rate(shop_http_requests_total[5m])) / sum by (statu) (rate(shop_http_requests_total[5m])) > 0.5
        annotations: {summary: "{{ $labels.status }} fails"}
`, []string{
			"error[promql/unknown-label] in line 3: sum by (statu) groups by nothing: shop_http_requests_total has no label statu",
			"error[promql/unknown-label] in line 3: sum by (statu) groups by nothing: shop_http_requests_total has no label statu",
		}},
		"a usual label may be misspelt of any series": {`
      - alert: Down
        expr: strangers_up == 0
        annotations: {summary: "{{ $labels.instnce }} of {{ $labels.rack_number }} is down"}
`, []string{"warning[rule/template-label] in line 4: annotation summary prints the label instnce, which nothing is known to have"}},
		"seconds per second are no cores": {`
      - alert: Collecting
        expr: rate(strangers_collect_seconds_sum[5m]) > rate(shop_response_seconds_sum[5m])
      - alert: Answering
        expr: sum(rate(shop_response_seconds_sum[5m])) > 3
        annotations: {summary: "{{ $value | humanize1024 }} of the time"}
`, []string{"error[rule/template-unit] in line 6: annotation summary prints 3 as \"3\""}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, foundIn(t, test.rules)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHelpDoesNotRepeatWhatStandsThere(t *testing.T) {
	set, _ := read.Content("rules.yaml", []byte(`groups:
  - name: shop
    rules:
      - alert: Unhappy
        expr: avg(shop_satisfaction_percent) < 85
        annotations:
          summary: 'Satisfaction is {{ $value | printf "%.4g" }} ms'
`))
	found, _ := lint.Run(set, shopTable(t))
	var got []string
	for _, d := range found {
		got = append(got, d.Message, d.Help)
	}
	want := []string{`annotation summary prints 85 % as "85 ms"`, `write "%" behind the value`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
