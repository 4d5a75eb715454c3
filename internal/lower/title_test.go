package lower

import (
	"testing"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/schema"
)

// TestTitlesSayWhatAUseSetsAnew holds titles to what is measured: an alert on the median must not speak of p95.
func TestTitlesSayWhatAUseSetsAnew(t *testing.T) {
	p95, p50, p999 := 0.95, 0.5, 0.999
	posts := []*labels.Matcher{promql.Equal("method", "POST")}
	for _, test := range []struct {
		own   string
		q     *float64
		use   schema.Params
		where []*labels.Matcher
		want  string
	}{
		{"Response time (p95)", &p95, schema.Params{}, nil, "Response time (p95)"},
		{"Response time (p95)", &p95, schema.Params{Q: &p95}, nil, "Response time (p95)"},
		{"Response time (p95)", &p95, schema.Params{Q: &p999}, nil, "Response time (p99.9)"},
		{"Response time", &p95, schema.Params{Q: &p50}, nil, "Response time (p50)"},
		{"Response time", nil, schema.Params{Q: &p50}, nil, "Response time (p50)"},
		{"Traffic", nil, schema.Params{Where: "method='POST'"}, posts, "Traffic (method POST)"},
		{"Response time (p95)", &p95, schema.Params{Q: &p50, Where: "method='POST'"}, posts, "Response time (p50, method POST)"},
		{"Traffic", nil, schema.Params{Where: "method!='POST'"}, []*labels.Matcher{promql.Match(labels.MatchNotEqual, "method", "POST")}, `Traffic (method!="POST")`},
	} {
		b := build{where: test.where}
		if test.use.Q != nil {
			b.q = *test.use.Q
		}
		s := &signal{Signal: &ir.Signal{Title: test.own}, spec: schema.Signal{Params: schema.Params{Q: test.q}}}
		if got := title(s, test.use, b); got != test.want {
			t.Errorf("%q with %+v is %q, want %q", test.own, test.use, got, test.want)
		}
	}
}

// TestADescriptionNamesEachOfSeveralSignals holds a panel's description to all that it draws.
func TestADescriptionNamesEachOfSeveralSignals(t *testing.T) {
	traffic, errors := &ir.Signal{Title: "Traffic"}, &ir.Signal{Title: "Error rate", Help: "Requests that fail."}
	series := func(signals ...*ir.Signal) (all []ir.Series) {
		for _, s := range signals {
			all = append(all, ir.Series{Query: &ir.Query{Signal: s, Title: s.Title}})
		}
		return all
	}
	for want, given := range map[string][]ir.Series{
		"Traffic.":            series(traffic),
		"Requests that fail.": series(errors, errors),
		"Traffic. Error rate: Requests that fail.": series(traffic, errors, traffic),
	} {
		if got := meaning(given); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
