package search

import (
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	promqltypes "github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// search is one search under way.
type search struct {
	Input
	chain    *chain
	words    *vocabulary
	leaves   []*leaf
	byKey    map[string]*leaf
	numbers  []float64 // that stand in the expressions, as far as they may be thresholds or ages
	counts   []int     // numbers of series that decide a count
	deviates bool      // something asks how far series lie apart
	layouts  []layout
	clocks   []time.Time // when the incident may begin
	tally
}

func newSearch(in Input) *search {
	s := &search{Input: in, chain: newChain(in.Groups, in.Group, in.Rule), byKey: map[string]*leaf{}}
	s.words = newVocabulary(s.chain)
	for _, expr := range s.chain.exprs() {
		for _, selector := range selectors(expr) {
			if len(s.chain.behind(selector)) == 0 {
				s.leafOf(selector)
			}
		}
		s.numbers = append(s.numbers, literals(expr)...)
	}
	slices.Sort(s.numbers)
	s.numbers = slices.Compact(s.numbers)
	s.surround(s.chain.rule.Expr, map[string]bool{model.JobLabel: true, model.InstanceLabel: true}, 0)
	s.words.label(s.leaves, false)
	s.words.label(s.leaves, true)
	return s
}

// leafOf is the leaf that a selector reads.
func (s *search) leafOf(selector *parser.VectorSelector) *leaf {
	key := leafKey(selector)
	l := s.byKey[key]
	if l == nil {
		l = &leaf{name: nameOf(selector), matchers: ownMatchers(selector)}
		if s.Table != nil {
			l.must = s.mustHave(l.name)
			l.typed, _ = s.Table.Analyze(selector, promqltypes.UseAny).Type(selector)
		}
		s.byKey[key] = l
		s.leaves = append(s.leaves, l)
	}
	return l
}

// mustHave are the labels that no series of a metric lacks; those that tell its parts apart are made with these.
func (s *search) mustHave(name string) []string {
	var names []string
	if m := s.metric(name); m != nil {
		for _, label := range m.Labels {
			if label.Presence == promqltypes.Must && !slices.Contains(fixed, label.Name) {
				names = append(names, label.Name)
			}
		}
	}
	return names
}

// maxNumbers bounds how many numbers of an expression are tried.
const maxNumbers = 12

// literals are the numbers of an expression, those of constant parts put together: 60*60 is 3600.
func literals(expr parser.Expr) []float64 {
	var all []float64
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		part, ok := node.(parser.Expr)
		if !ok || len(all) >= maxNumbers {
			return nil
		}
		v, ok := constant(part)
		if !ok || math.IsInf(v, 0) || math.IsNaN(v) || slices.Contains(all, v) {
			return nil
		}
		if len(path) > 0 {
			if above, ok := path[len(path)-1].(parser.Expr); ok {
				if _, whole := constant(above); whole {
					return nil
				}
			}
		}
		all = append(all, v)
		return nil
	})
	return all
}

// scrape is how often series are scraped: as usual, but where years of samples would have to be made.
func (s *search) scrape() time.Duration {
	every := 30 * time.Second
	if s.chain.reach > 6*time.Hour {
		every = max(every, (s.chain.reach / 500).Truncate(30*time.Second))
		if s.chain.shortest > 0 {
			every = min(every, max(30*time.Second, (s.chain.shortest/5).Truncate(30*time.Second)))
		}
	}
	return min(every, 2*time.Minute) // a gauge's sample counts for five minutes
}

// layout is how many series a leaf has, and in what they differ.
type layout struct {
	copies int
	vary   []string // labels in which they differ
	first  bool     // only the first of them changes its behaviour in the incident
}

// maxCopies bounds how many series one leaf has.
const maxCopies = 60

// plan lists the layouts and the times of day to try.
func (s *search) plan() {
	instances := []string{model.InstanceLabel, "pod", "node"}
	s.layouts = append(s.layouts, layout{1, nil, false})
	if s.deviates {
		s.layouts = append(s.layouts, layout{20, instances, true})
	}
	free := s.freeLabels()
	for _, n := range append(s.counts, 3, 5) {
		s.layouts = append(s.layouts, layout{n, instances, false}, layout{n, free, false}, layout{n, instances, true})
		for _, name := range s.words.grouped {
			if !slices.Contains(instances, name) {
				s.layouts = append(s.layouts, layout{n, []string{name}, false}, layout{n, []string{name}, true})
			}
		}
		s.layouts = append(s.layouts, layout{n, []string{"more"}, false})
	}
	s.layouts = append(s.layouts, layout{20, instances, true}, layout{3, free, true})
	s.layouts = slices.CompactFunc(s.layouts, func(a, b layout) bool {
		return a.copies == b.copies && a.first == b.first && slices.Equal(a.vary, b.vary)
	})
	s.clocks = []time.Time{Epoch}
	for _, expr := range s.chain.exprs() {
		if slices.ContainsFunc(calls(expr), func(name string) bool { return slices.Contains(clockParts, name) }) {
			s.clocks = s.timesOfDay()
			break
		}
		if strings.Contains(expr.String(), "time() %") {
			s.clocks = s.timesOfDay()
		}
	}
}

// timesOfDay are moments that differ in hour, day of the week, of the month and of the year.
func (s *search) timesOfDay() []time.Time {
	clocks := []time.Time{Epoch}
	for _, day := range []int{0, 5, 16, 30, 45, 78, 170, 260, 355} { // days after a Monday, the first of January
		for _, hour := range []int{-10, -8, -4, 0, 3, 6, 9, 11} {
			clocks = append(clocks, Epoch.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour))
		}
	}
	return clocks
}

// freeLabels are the labels of which nothing is asked.
func (s *search) freeLabels() []string {
	return slices.DeleteFunc(slices.Clone(s.words.names), func(name string) bool { return len(s.words.matchers[name]) > 0 })
}

// combination is one thing to simulate: a pair for each leaf, a layout, a time of day.
type combination struct {
	pairs  []pair
	layout layout
	began  time.Time
	lean   bool // labels are those of the lean labelling
}

// series makes the samples of a combination, and says what they are.
func (s *search) series(c combination, clock clock) ([]promql.Series, []Course) {
	var all []promql.Series
	var courses []Course
	known := map[string]bool{}
	for i, l := range s.leaves {
		if l.labelling(c.lean).shared {
			continue
		}
		for copyOf := range max(c.layout.copies, 1) {
			set, differs := s.labelsOf(l, c, copyOf)
			if copyOf > 0 && !differs {
				break
			}
			p := c.pairs[i]
			if c.layout.first && copyOf > 0 {
				p.incident = p.healthy
			}
			if p.healthy.shape == absent && p.incident.shape == absent {
				continue
			}
			bounds := []float64{math.NaN()}
			if l.choices.bucket && !l.choices.native {
				bounds = s.boundsOf(l)
			}
			for _, bound := range bounds {
				t := &track{bound: bound}
				t.series.Metric = withBound(set, bound)
				if key := string(t.series.Metric.Bytes(nil)); known[key] {
					continue
				} else {
					known[key] = true
				}
				t.course(clock, p.healthy, p.incident)
				all = append(all, t.series)
			}
			courses = append(courses, Course{set.String(), p.healthy.String(), p.incident.String()})
		}
	}
	return all, courses
}

// labelsOf are the labels of one of a leaf's series, and whether they differ from those of the first.
func (s *search) labelsOf(l *leaf, c combination, copyOf int) (labels.Labels, bool) {
	values := maps.Clone(l.labelling(c.lean).values)
	differs := copyOf == 0
	for _, name := range c.layout.vary {
		value := values[name] + strconv.Itoa(copyOf)
		if copyOf > 0 && (values[name] != "" || name == "more") && l.accepts(name, value) && l.mayHave(name, value) &&
			l.typed.Label(name).Presence != promqltypes.Never {
			values[name], differs = value, true
		}
	}
	b := labels.NewScratchBuilder(len(values) + 1)
	b.Add(model.MetricNameLabel, l.name)
	for name, value := range values {
		if value != "" {
			b.Add(name, value)
		}
	}
	b.Sort()
	return b.Labels(), differs
}

// boundsOf are the buckets of a classic histogram: those that are known, or some around the numbers that matter.
func (s *search) boundsOf(l *leaf) []float64 {
	bounds := boundsAround(s.numbers)
	if m := s.metric(l.name); m != nil && len(m.Buckets) > 0 {
		bounds = m.Buckets
	}
	return append(slices.Clone(bounds), math.Inf(1))
}

func withBound(set labels.Labels, bound float64) labels.Labels {
	if math.IsNaN(bound) {
		return set
	}
	b := labels.NewBuilder(set)
	return b.Set(model.BucketLabel, boundText(bound)).Labels()
}

// boundText is how Prometheus 3 stores a bound.
func boundText(bound float64) string {
	if math.IsInf(bound, 1) {
		return "+Inf"
	}
	if bound == math.Trunc(bound) && math.Abs(bound) < 1e15 {
		return strconv.FormatFloat(bound, 'f', 1, 64)
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}

// clockOf is when things happen in the simulation of a combination.
func (s *search) clockOf(c combination) clock {
	every := s.scrape()
	settle := (s.chain.reach + 10*time.Minute).Truncate(every)
	waits := 3*s.interval() + 2*every
	lasts := s.chain.reach + s.Rule.For + 10*time.Minute
	after := s.chain.reach + max(s.Rule.For, s.Rule.KeepFiringFor) + 10*time.Minute
	began := c.began.Truncate(every)
	return clock{start: began.Add(-settle - (s.chain.history + waits).Truncate(every)), began: began,
		recovered: began.Add((lasts + waits).Truncate(every)),
		ends:      began.Add((lasts + after + 2*waits).Truncate(every)), every: every}
}

// interval is how often the alert's group is evaluated.
func (s *search) interval() time.Duration { return s.Group.Interval }

// run simulates rules over the series of a combination.
func (s *search) run(ctx context.Context, c combination, groups []simulate.Group, rule *simulate.Rule, from time.Duration) (*simulation, error) {
	clock := s.clockOf(c)
	series, courses := s.series(c, clock)
	memory := simulate.NewMemory(series)
	o := &simulation{clock: clock, raw: series, courses: courses, memory: memory, from: clock.began.Add(-from)}
	o.history = clock.start
	result, err := simulate.Run(ctx, memory, groups, simulate.Options{
		From: o.from, To: clock.ends, History: o.history,
		Wanted: func(_ *simulate.Group, r *simulate.Rule) bool { return r == rule },
	})
	if err != nil {
		return nil, err
	}
	s.tried++
	s.work += s.cost(c)
	o.failures = result.Failures
	for _, a := range result.Alerts {
		o.episodes = append(o.episodes, a.Episodes...)
	}
	return o, nil
}

// cost is how many samples a simulation makes and reads, roughly.
func (s *search) cost(c combination) float64 {
	clock := s.clockOf(c)
	scrapes := float64(clock.ends.Sub(clock.start)/clock.every) + 1
	series := 0.0
	for _, l := range s.leaves {
		each := 1.0
		if l.choices.native {
			each = 20 // a histogram is as much as some numbers
		} else if l.choices.bucket {
			each = float64(len(s.boundsOf(l)))
		}
		series += each * float64(max(c.layout.copies, 1))
	}
	steps := coarseSteps * s.reads(s.Rule.Expr)
	for _, g := range s.chain.groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				steps += float64(clock.ends.Sub(clock.start)/max(g.Interval, time.Second)) * s.reads(r.Expr)
			}
		}
	}
	copies := series / float64(max(len(s.leaves), 1))
	return series*scrapes + steps*max(copies, 1)
}

// reads is how many samples one evaluation of an expression reads of a series, over all its selectors.
func (s *search) reads(expr parser.Expr) float64 {
	sum := 1.0
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		if _, ok := node.(*parser.VectorSelector); !ok {
			return nil
		}
		times := 1.0
		for _, above := range path {
			switch above := above.(type) {
			case *parser.MatrixSelector:
				times *= float64(above.Range/s.scrape()) + 1
			case *parser.SubqueryExpr:
				step := above.Step
				if step <= 0 {
					step = time.Minute
				}
				times *= float64(above.Range/step) + 1
			}
		}
		sum += times
		return nil
	})
	return sum
}

// simulation is what rules made of a combination.
type simulation struct {
	clock         clock
	from, history time.Time
	raw           []promql.Series
	courses       []Course
	memory        *simulate.Memory
	episodes      []simulate.Episode
	failures      []simulate.Failure
}
