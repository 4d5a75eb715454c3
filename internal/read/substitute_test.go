package read_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

func variables() []read.Variable {
	text := func(value string) read.Text { return read.Text{Value: value} }
	return []read.Variable{
		{Name: text("job"), Type: "query", Current: []read.Text{text("$__all")}},
		{Name: text("window"), Type: "interval", Query: text("1m,10m,1h"), Current: []read.Text{text("auto")}},
		{Name: text("n"), Type: "custom", Options: []read.Text{text("3"), text("10")}},
		{Name: text("metric"), Type: "query"}, {Name: text("label"), Type: "custom"}, {Name: text("filters"), Type: "adhoc"},
	}
}

func TestVariablesAreReplacedByWhatParsesThere(t *testing.T) {
	for _, c := range []struct{ query, want, holes string }{
		{`up`, `up`, ``},
		{`rate(x[$__rate_interval])`, `rate(x[5m])`, "__rate_interval 0"},
		{`rate(x[${__interval}])`, `rate(x[1m])`, "__interval 0"},
		{`rate(x[[[window]]])`, `rate(x[1m])`, "window 0"},
		{`rate(x[$nowhere] offset $window)`, `rate(x[5m] offset 1m)`, "nowhere? 0, window 0"},
		{`rate(x[${n}m])`, `rate(x[3m])`, "n 0"},
		{`max_over_time(x[$__range:$__interval])`, `max_over_time(x[1h:1m])`, "__range 0, __interval 0"},
		{`increase(x[1h]) / $__range_s`, `increase(x[1h]) / 3600`, "__range_s 2"},
		{`up{job="$job"}`, `up{job=~".+"}`, "job 1"},
		{`up{job!~"${job:regex}|[[n]]", a="b"}`, `up{job=~".*", a="b"}`, "job 1, n 1"},
		{`up{job =~ '$job'}`, `up{job =~".+"}`, "job 1"},
		{`up{job=${job:doublequote}}`, `up{job=~".+"}`, "job 1"},
		{`{job="$job"}`, `{job=~".+"}`, "job 1"},
		{`up{$filters, a="b"}`, `up{belfry_variable=~".*", a="b"}`, "filters 5"},
		{`up{a=~"foo$"} # $job`, `up{a=~"foo$"} # $job`, ``},
		{`label_replace(up, "a", "$1", "b", "(.*)$")`, `label_replace(up, "a", "$1", "b", "(.*)$")`, ``},
		{`topk($n, up) > $threshold`, `topk(3, up) > 1`, "n 2, threshold? 2"},
	} {
		got := read.Grafana(c.query, variables())
		var holes []string
		for _, hole := range got.Holes {
			unknown := map[bool]string{false: "?"}[hole.Known]
			holes = append(holes, fmt.Sprintf("%s%s %d", hole.Variable, unknown, hole.Use))
			if written := c.query[hole.Start : hole.Start+hole.Length]; !strings.Contains(written, hole.Variable) {
				t.Errorf("%s: the hole of %s is at %q", c.query, hole.Variable, written)
			}
		}
		if diff := cmp.Diff([]string{c.want, c.holes, ""}, []string{got.Text, strings.Join(holes, ", "), got.Blocked}); diff != "" {
			t.Errorf("%s: %s", c.query, diff)
		}
		if _, err := promql.Parse(got.Text); err != nil {
			t.Errorf("%s: %v", got.Text, err)
		}
	}
}

func TestAVariableThatIsANameIsNotGuessed(t *testing.T) {
	for query, want := range map[string]string{
		`sum by ($label) (up)`:                "the variable $label names a label",
		`sum(up) without (a, ${label})`:       "the variable $label names a label",
		`a / on ($label) group_left b`:        "the variable $label names a label",
		`up{$label="x"}`:                      "the variable $label names a label",
		`$metric`:                             "the variable $metric may be a metric or any expression",
		`$metric{a="b"}`:                      "the variable $metric is a name, or a part of one",
		`rate(node_${metric}_total[5m])`:      "the variable $metric is a name, or a part of one",
		`[[metric]]_total`:                    "the variable $metric is a name, or a part of one",
		`$metric$label`:                       "the variable $metric is a name, or a part of one",
		`{__name__="$metric"}`:                "the variable $metric names a metric",
		`label_replace(up, "$label", "", "")`: "the variable $label stands in a text that is not a label's value",
	} {
		if got := read.Grafana(query, variables()).Blocked; got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

func TestAPlaceInAReplacedQueryIsMappedBack(t *testing.T) {
	query := "rate(x{job!=\"$job\"}[$__rate_interval])\n  / sum(\"é\" y)"
	got := read.Grafana(query, variables())
	for _, word := range []string{"rate", "x", "job", "sum", "y"} {
		start := strings.Index(got.Text, word)
		offset, length := got.Original(start, start+len(word))
		if query[offset:offset+length] != word {
			t.Errorf("%q is mapped to %q", word, query[offset:offset+length])
		}
	}
	for word, want := range map[string]string{"5m": "$__rate_interval", `".*"`: `"$job"`, "=~": "!="} {
		start := strings.Index(got.Text, word)
		offset, length := got.Original(start, start+len(word))
		if query[offset:offset+length] != want {
			t.Errorf("%q is mapped to %q, want %q", word, query[offset:offset+length], want)
		}
	}
}
