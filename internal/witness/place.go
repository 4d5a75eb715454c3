package witness

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// maxClasses bounds how many combinations of label values are tried for one metric.
const maxClasses = 4096

// class is a set of labels that a metric's series has in each replica, and which demands it counts for.
type class struct {
	values map[string]string
	counts []bool // by demand of the family
	level  float64
	shape  *demand // of a histogram: the quantile that its observations have
	low    float64 // of a histogram: observations a second up to the bound
	bound  float64
	sum    float64 // of a histogram: what the observations add up to each second
}

// place chooses series for all demands and shares the demands out among them.
func (s *solver) place() (State, error) {
	var state State
	for _, family := range s.families() {
		inputs, err := s.placeFamily(family)
		if err != nil {
			return nil, err
		}
		state = append(state, inputs...)
	}
	return state, nil
}

// families groups the demands by metric, by the order in which they came.
func (s *solver) families() [][]demand {
	var families [][]demand
	known := map[*ir.Metric]int{}
	for _, d := range s.demands {
		i, ok := known[d.metric]
		if !ok {
			i = len(families)
			known[d.metric] = i
			families = append(families, nil)
		}
		families[i] = append(families[i], d)
	}
	return families
}

func (s *solver) placeFamily(family []demand) (State, error) {
	metric := family[0].metric
	classes := s.classes(family)
	chosen, err := share(family, classes)
	if err != nil {
		return nil, err
	}
	var state State
	for replica := range s.replicas {
		for _, c := range chosen {
			set := s.labelsOf(metric, c, replica)
			if metric.Type == ir.Histogram && !metric.Classic {
				h, err := c.native(metric)
				if err != nil {
					return nil, err
				}
				b := labels.NewBuilder(set)
				b.Set(model.MetricNameLabel, metric.Name)
				state = append(state, Input{Series: b.Labels(), Counter: true, Histogram: h})
				continue
			}
			if metric.Type == ir.Histogram {
				inputs, err := c.histogram(metric, set)
				if err != nil {
					return nil, err
				}
				state = append(state, inputs...)
				continue
			}
			b := labels.NewBuilder(set)
			b.Set(model.MetricNameLabel, metric.Name)
			level := c.level
			if metric.Name == "up" { // each target is up or not
				if level > 1+1e-9 {
					return nil, never("there are %d targets", s.replicas)
				}
				level = min(1, max(0, level*float64(s.replicas)-float64(replica)))
			}
			state = append(state, Input{Series: b.Labels(), Counter: family[0].counter, Clock: family[0].clock, Level: level})
		}
	}
	return state, nil
}

// classes lists one combination of label values for each set of demands that a series can count for.
func (s *solver) classes(family []demand) []*class {
	metric := family[0].metric
	var all []*labels.Matcher
	for _, d := range s.demands { // also those of other metrics: labels that they share should agree
		all = append(all, d.matchers...)
	}
	names := namesOf(family)
	combinations := []map[string]string{{}}
	for _, name := range names {
		values := unique(s.world.values(metric, name, 0, all))
		var longer []map[string]string
		for _, one := range combinations {
			for _, value := range values {
				if len(longer) >= maxClasses {
					break
				}
				grown := map[string]string{name: value}
				for k, v := range one {
					grown[k] = v
				}
				longer = append(longer, grown)
			}
		}
		if len(longer) > 0 {
			combinations = longer
		}
	}
	return distinct(family, combinations)
}

// namesOf lists the labels that matchers of a family ask about, but for the bound of a bucket and the labels that differ by replica.
func namesOf(family []demand) []string {
	var names []string
	for _, d := range family {
		for _, m := range d.matchers {
			if m.Name != model.BucketLabel && !slices.Contains(names, m.Name) && !slices.Contains(replicaLabels, m.Name) {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

func unique(values []string) []string {
	var found []string
	for _, v := range values {
		if v != "" && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	return found
}

// distinct keeps one combination for each set of demands.
func distinct(family []demand, combinations []map[string]string) []*class {
	var classes []*class
	known := map[string]bool{}
	for _, values := range combinations {
		c := &class{values: values, counts: make([]bool, len(family))}
		key := make([]byte, len(family))
		some := false
		for i, d := range family {
			c.counts[i] = d.matches(values)
			some = some || c.counts[i]
			if c.counts[i] {
				key[i] = 1
			}
		}
		if some && !known[string(key)] {
			known[string(key)] = true
			classes = append(classes, c)
		}
	}
	return classes
}

// matches reports whether a series with the values counts for the demand. Labels that differ by replica are chosen to match.
func (d *demand) matches(values map[string]string) bool {
	return !slices.ContainsFunc(d.matchers, func(m *labels.Matcher) bool {
		return m.Name != model.BucketLabel && !slices.Contains(replicaLabels, m.Name) && !m.Matches(values[m.Name])
	})
}

// share gives each demand a class of its own where it can: the narrowest demands come first, and a wider one gets what is left over
// beside the classes that count for it already.
func share(family []demand, classes []*class) ([]*class, error) {
	order := make([]int, len(family))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(family[a].breadth(a, classes), family[b].breadth(b, classes)) })
	var used []*class
	for _, i := range order {
		d := &family[i]
		if !d.counts() {
			continue // see shapes
		}
		rest := d.value
		for _, c := range used {
			if c.counts[i] {
				rest -= c.level
			}
		}
		c := own(i, classes, used)
		switch {
		case math.Abs(rest) <= 1e-12*math.Abs(d.value):
			if c != nil && len(used) == 0 {
				used = append(used, c)
			}
			continue
		case rest < 0 && (d.counter || d.metric.Name == "up"):
			return nil, never("a part of %s would have to be more than the whole", d.metric.Name)
		case c == nil:
			return nil, cannot("the selectors of %s cannot be told apart", d.metric.Name)
		}
		c.level = rest
		used = append(used, c)
	}
	return shapes(family, classes, used)
}

// breadth is how many classes count for a demand.
func (d *demand) breadth(i int, classes []*class) int {
	n := 0
	for _, c := range classes {
		if c.counts[i] {
			n++
		}
	}
	return n
}

// own finds a class that counts for demand i and for none that used classes were made for, as far as that is possible.
func own(i int, classes, used []*class) *class {
	var best *class
	for _, c := range classes {
		if c.counts[i] && !slices.Contains(used, c) && (best == nil || count(c.counts) < count(best.counts)) {
			best = c
		}
	}
	return best
}

func count(set []bool) int {
	n := 0
	for _, one := range set {
		if one {
			n++
		}
	}
	return n
}

// labelsOf are all labels of a class's series in a replica, but for the name.
func (s *solver) labelsOf(metric *ir.Metric, c *class, replica int) labels.Labels {
	b := labels.NewBuilder(labels.EmptyLabels())
	var all []*labels.Matcher
	for _, d := range s.demands {
		all = append(all, d.matchers...)
	}
	names := slices.Clone(ir.TargetLabels)
	for _, label := range metric.Labels {
		names = append(names, metric.Stored(label.Name))
	}
	for _, name := range names {
		values := append(s.world.values(metric, name, replica, nil), s.sampled(name, replica)...)
		if label := labelStored(metric, name); label != nil && slices.Contains(replicaLabels, name) {
			values = append(s.world.target(metric, name, replica), values...)
		}
		if value := fitting(name, values, all); value != "" {
			b.Set(name, value)
		}
	}
	for name, value := range c.values {
		b.Set(name, value)
	}
	return b.Labels()
}

// sampled are values for a label that tells replicas apart which its matchers ask for, where it has none such by itself.
func (s *solver) sampled(name string, replica int) []string {
	if !slices.Contains(replicaLabels, name) {
		return nil
	}
	var values []string
	for _, d := range s.demands {
		for _, m := range d.matchers {
			switch {
			case m.Name != name:
			case m.Type == labels.MatchRegexp:
				sample := sampleOf(m.Value, name)
				values = append(values, fmt.Sprintf("%s%d", sample, replica), sample)
			case m.Type == labels.MatchEqual:
				values = append(values, m.Value)
			}
		}
	}
	return values
}

// fitting is the first value that all matchers of the label accept, or the first.
func fitting(name string, values []string, matchers []*labels.Matcher) string {
	for _, value := range values {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name == name && !m.Matches(value) }) {
			return value
		}
	}
	if len(values) > 0 {
		return values[0]
	}
	return ""
}
