package speed

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var table = flag.Bool("table", false, "measure what recording costs, beside client_golang's own ways, and print a table")

// way is one way to record the same thing. It does so n times, in the series that the number chooses.
type way struct {
	name string
	run  func(series, n int)
}

// comparison holds one way against others.
type comparison struct {
	title     string
	ways      []way   // the first is raw: a child of client_golang that has been looked up before
	generated int     // index of the generated way
	most      float64 // times of raw that the generated way may take
	faster    int     // index of the way that the generated one must be faster than, or 0
	least     float64 // by how many times
}

// A slice of a measurement is short, so that many have had the processors for themselves. What other programs have disturbed
// does not count, unless there is nothing else.
const (
	rounds    = 15
	attempts  = 4 * rounds
	sliceTime = 2 * time.Millisecond
)

// TestTable prints the table and fails where a bar is missed. It measures time, and so runs only where it is asked for.
func TestTable(t *testing.T) {
	if !*table {
		t.Skip("run make bench-instrument")
	}
	m, hand := made(t), handmade()
	writer := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(writer, "\tserial ns\t× raw\ttwo cores ns\t× raw\tallocs\tbar\t\t")
	for _, c := range comparisons(m, hand) {
		fmt.Fprintf(writer, "%s\t\t\t\t\t\t\t\t\n", c.title)
		serial, parallel := c.measure()
		for i, w := range c.ways {
			allocations := testing.AllocsPerRun(100, func() { w.run(0, 1) })
			bar, met := "", true
			if i == c.generated {
				bar, met = c.judge(serial, parallel, allocations)
			}
			verdict := ""
			if bar != "" {
				verdict = map[bool]string{true: "met", false: "MISSED"}[met]
			}
			if !met {
				t.Errorf("%s: %s misses %s", c.title, w.name, bar)
			}
			fmt.Fprintf(writer, "%s\t%.1f\t%.2f\t%.1f\t%.2f\t%.0f\t%s\t%s\t\n", w.name, serial[i], serial[i]/serial[0],
				parallel[i], parallel[i]/parallel[0], allocations, bar, verdict)
		}
	}
	scrape(t, writer)
	writer.Flush()
}

// measure takes more slices while a bar is missed, up to a limit: other programs can only add to a time.
func (c comparison) measure() (serial, parallel []float64) {
	const most = 5
	serial, parallel = measure(c.ways, 1), measure(c.ways, 2)
	for range most - 1 {
		if _, met := c.judge(serial, parallel, 0); met {
			break
		}
		for i, took := range measure(c.ways, 1) {
			serial[i] = min(serial[i], took)
		}
		for i, took := range measure(c.ways, 2) {
			parallel[i] = min(parallel[i], took)
		}
	}
	return serial, parallel
}

// judge holds the generated way against the bars. On two cores the bar is for what contention costs, and so the same.
func (c comparison) judge(serial, parallel []float64, allocations float64) (bar string, met bool) {
	g := c.generated
	bar = fmt.Sprintf("≤ %.2f × raw", c.most)
	met = serial[g] <= c.most*serial[0] && parallel[g] <= c.most*parallel[0] && allocations == 0
	if c.faster > 0 {
		bar += fmt.Sprintf(", ≥ %.0f × faster than %s: %.1f, %.1f", c.least, c.ways[c.faster].name, serial[c.faster]/serial[g], parallel[c.faster]/parallel[g])
		met = met && serial[c.faster] >= c.least*serial[g] && parallel[c.faster] >= c.least*parallel[g]
	}
	return bar, met
}

// measure returns the nanoseconds of one event in each way: the best of many short slices that take turns. Each of the
// goroutines records in a series of its own.
func measure(ways []way, goroutines int) []float64 {
	counts := make([]int, len(ways))
	for i, w := range ways {
		took := time.Duration(0)
		for counts[i] = 1; took < sliceTime/2; counts[i] *= 2 {
			start := time.Now()
			w.run(0, counts[i])
			took = time.Since(start)
		}
	}
	calm, all := make([][]float64, len(ways)), make([][]float64, len(ways))
	for range attempts {
		missing := false
		for i, w := range ways {
			if len(calm[i]) >= rounds {
				continue
			}
			missing = true
			took, undisturbed := slice(w, goroutines, counts[i])
			all[i] = append(all[i], took)
			if undisturbed {
				calm[i] = append(calm[i], took)
			}
		}
		if !missing {
			break
		}
	}
	best := make([]float64, len(ways))
	for i := range ways {
		best[i] = fastest(calm[i], all[i])
	}
	return best
}

// fastest is of the slices that were undisturbed, or of all where there are none.
func fastest(calm, all []float64) float64 {
	if len(calm) == 0 {
		calm = all
	}
	return slices.Min(calm)
}

// slice runs a way n times in each goroutine, all at once. It returns the nanoseconds of one, and whether all goroutines had
// a processor each for the whole time.
func slice(w way, goroutines, n int) (nanoseconds float64, undisturbed bool) {
	var ready, done sync.WaitGroup
	var waiting atomic.Int32
	waiting.Store(int32(goroutines))
	type span struct {
		start, end time.Time
		processor  time.Duration
	}
	spans := make([]span, goroutines)
	ready.Add(goroutines)
	for g := range goroutines {
		done.Go(func() {
			runtime.LockOSThread()
			ready.Done()
			ready.Wait()
			waiting.Add(-1)
			for waiting.Load() > 0 { // together to the microsecond, which channels are not
				runtime.Gosched()
			}
			processor := processorTime()
			spans[g].start = time.Now()
			w.run(g, n)
			spans[g].end = time.Now()
			spans[g].processor = processorTime() - processor
		})
	}
	done.Wait()
	const most = 0.9
	undisturbed = true
	longest, first, last := time.Duration(0), spans[0].end, spans[0].start
	for _, one := range spans {
		took := one.end.Sub(one.start)
		longest = max(longest, took)
		undisturbed = undisturbed && float64(one.processor) >= most*float64(took)
		if one.end.Before(first) {
			first = one.end
		}
		if one.start.After(last) {
			last = one.start
		}
	}
	undisturbed = undisturbed && float64(first.Sub(last)) >= most*float64(longest)
	return float64(longest) / float64(n), undisturbed
}

func made(t testing.TB) *Metrics {
	t.Helper()
	m, err := New(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scrape compares what gathering costs for the same series.
func scrape(t *testing.T, writer *tabwriter.Writer) {
	generated, hand := prometheus.NewRegistry(), prometheus.NewRegistry()
	m, err := New(generated)
	if err != nil {
		t.Fatal(err)
	}
	h := handmade()
	hand.MustRegister(h.all()...)
	fillAll(m, h)
	series := count(t, generated)
	if other := count(t, hand); series != other {
		t.Fatalf("%d series are not the same as %d", series, other)
	}
	gatherer := func(registry *prometheus.Registry) func(int, int) {
		return func(_, n int) {
			for range n {
				if _, err := registry.Gather(); err != nil {
					t.Error(err)
				}
			}
		}
	}
	ways := []way{{"client_golang", gatherer(hand)}, {"generated", gatherer(generated)}}
	const most = 1.05
	best, _ := comparison{ways: ways, generated: 1, most: most}.measure()
	for i := range best {
		best[i] /= float64(series)
	}
	verdict := "met"
	if best[1] > most*best[0] {
		verdict = "MISSED"
		t.Errorf("a scrape costs %.2f times of client_golang's", best[1]/best[0])
	}
	fmt.Fprintf(writer, "scrape, one of %d series\t\t\t\t\t\t\t\t\n", series)
	fmt.Fprintf(writer, "%s\t%.1f\t%.2f\t\t\t\t\t\t\n", ways[0].name, best[0], 1.0)
	fmt.Fprintf(writer, "%s\t%.1f\t%.2f\t\t\t\t≤ %.2f × raw\t%s\t\n", ways[1].name, best[1], best[1]/best[0], most, verdict)
}

func count(t *testing.T, registry *prometheus.Registry) int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := 0
	for _, family := range families {
		series += len(family.GetMetric())
	}
	return series
}
