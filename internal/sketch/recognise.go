package sketch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// signal is a query that was recognised.
type signal struct {
	name, title, form, metric string
	numbers                   string  // after the form: fields that are no texts
	fields                    []field // after these
}

type field struct{ name, text string }

// recognised is what the metrics allow to be watched.
type recognised struct {
	targets  *signal // how many there are
	requests *signal // how many
	errors   *signal // the share that failed
	latency  *signal // the quantile
	fast     *signal // the share within bound
	bound    string
	others   []*signal
	versions string // an info metric that tells of deployments
}

func (s *Sketch) recognise() recognised {
	r := recognised{targets: &signal{name: "targets", title: "Healthy targets", form: "value", metric: "up",
		fields: []field{{"help", "Replicas that Prometheus can scrape."}, {"whenMissing", "0 targets"}}}}
	requests, failed := s.requests()
	latency := s.latency()
	if requests != nil {
		r.requests = &signal{name: "requests", title: "Requests", form: "rate", metric: requests.name, fields: []field{{"over", "5m"}}}
	} else if latency != nil {
		r.requests = &signal{name: "requests", title: "Requests", form: "rate", metric: latency.name, fields: []field{{"over", "5m"}}}
	}
	if failed != "" {
		r.errors = &signal{name: "error_rate", title: "Error rate", form: "share", metric: requests.name,
			fields: []field{{"matching", failed}, {"over", "5m"}}}
	}
	if latency != nil {
		r.latency = &signal{name: "response_time", title: "Response time (p95)", form: "quantile", metric: latency.name,
			numbers: "q: 0.95", fields: []field{{"over", "5m"}}}
		if r.bound = latency.middle(); r.bound != "" {
			r.fast = &signal{name: "fast_responses", title: "Responses within " + r.bound, form: "within", metric: latency.name,
				fields: []field{{"bound", r.bound}, {"over", "5m"}}}
		}
	}
	taken := map[string]bool{}
	for _, m := range []*metric{requests, latency} {
		if m != nil {
			taken[m.name] = true
		}
	}
	r.others = s.others(taken)
	s.rename(append([]*signal{r.targets, r.requests, r.errors, r.latency, r.fast}, r.others...))
	for _, m := range s.metrics {
		hasVersion := slices.ContainsFunc(m.labels, func(l label) bool { return l.name == "version" })
		if r.versions == "" && m.kind == ir.Info && hasVersion {
			r.versions = m.name
		}
	}
	return r
}

// requests finds the metric that counts requests by their outcome, and what matches those that failed.
func (s *Sketch) requests() (best *metric, failed string) {
	points := 0
	for _, m := range s.metrics {
		if m.kind != ir.Counter && m.kind != ir.Histogram {
			continue
		}
		i := slices.IndexFunc(m.labels, func(l label) bool { return l.outcome != "" })
		if i < 0 {
			continue
		}
		if score := scored(m); score > points {
			best, failed, points = m, m.labels[i].outcome, score
		}
	}
	return best, failed
}

// latency finds the histogram of the time until requests are answered.
func (s *Sketch) latency() *metric {
	var best *metric
	points := 0
	for _, m := range s.metrics {
		if m.kind != ir.Histogram || !m.isTime() {
			continue
		}
		if score := scored(m); score > points {
			best, points = m, score
		}
	}
	return best
}

// hints are words in the names of metrics about the requests that a service answers, and of others.
var hints = []struct {
	words  *regexp.Regexp
	points int
}{
	{regexp.MustCompile(`requests?(_|$)`), 4},
	{regexp.MustCompile(`(^|_)(http|grpc|rpc)_`), 3},
	{regexp.MustCompile(`(^|_)server_`), 1},
	{regexp.MustCompile(`_(handled|responses?|latency|duration)(_|$)`), 1},
	{regexp.MustCompile(`(^|_)clients?_|remote|outgoing|upstream|scrape|notification`), -6},
}

// scored is how likely a metric is about the requests that the service answers; not at all unless it is positive.
func scored(m *metric) int {
	score := 0
	for _, hint := range hints {
		if hint.words.MatchString(m.name) {
			score += hint.points
		}
	}
	if m.kind == ir.Counter {
		score++ // counted by itself rather than timed
	}
	return score - 2
}

// middle is the bound of a bucket to hold response times to: the greatest of at most a second, but for the last, or one in the
// middle. It is empty for native histograms.
func (m *metric) middle() string {
	if len(m.buckets) < 2 {
		return ""
	}
	bounds := m.buckets[:len(m.buckets)-1]
	chosen := bounds[len(bounds)/2]
	for _, bound := range bounds {
		if inSeconds, ok := m.measured().Convert(bound, seconds); ok && inSeconds <= 1 {
			chosen = bound
		}
	}
	return strconv.FormatFloat(chosen, 'f', -1, 64) + m.unit
}

var seconds = func() unit.Unit {
	u, err := unit.Parse("s")
	if err != nil {
		panic(err) // the base unit of times
	}
	return u
}()

// What else is worth a look: what goes wrong, and what waits.
var (
	failing = regexp.MustCompile(`(^|_)(errors?|failures?|failed|panics?|dropped|drops?|rejected|timeouts?|retries)(_|$)`)
	waiting = regexp.MustCompile(`(^|_)(queue|backlog|pending|in_?flight|waiting|lag)(_|$)`)
)

const mostOthers = 8

// others makes signals of further metrics, some of those that fail and of those that wait.
func (s *Sketch) others(taken map[string]bool) []*signal {
	var found []*signal
	for _, m := range s.metrics {
		made := &signal{name: strings.TrimSuffix(m.name, "_total") + "_rate", title: sentence(m.name), metric: m.name}
		switch {
		case taken[m.name] || len(found) == mostOthers:
			continue
		case m.kind == ir.Counter && failing.MatchString(m.name):
			made.form, made.fields = "rate", []field{{"over", "5m"}}
		case m.kind == ir.Gauge && m.replicas == "add" && waiting.MatchString(m.name):
			made.form, made.name = "value", m.name+"_now"
		default:
			continue
		}
		found = append(found, made)
	}
	return found
}

// rename gives signals other names than metrics and earlier signals have.
func (s *Sketch) rename(signals []*signal) {
	taken := map[string]bool{}
	for _, m := range s.metrics {
		taken[m.name] = true
	}
	for _, one := range signals {
		if one == nil {
			continue
		}
		for taken[one.name] {
			one.name += "_signal"
		}
		taken[one.name] = true
	}
}
