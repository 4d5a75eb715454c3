// Command parcels exposes what it is told to, through the instrumentation that its spec compiles to. The test builds it in a module of its
// own, with what was generated beside it.
//
//	POST /inputs   a list of series, and what each does from now on
//	GET  /metrics
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"example.com/parcels/out/go/parcels"
)

// input is one series. Level is what a counter grows by each second, or the value of a gauge.
type input struct {
	Metric string            `json:"metric"`
	Labels map[string]string `json:"labels"`
	Kind   string            `json:"kind"`
	Level  float64           `json:"level"`
}

// flow is something that happens again and again.
type flow struct {
	perSecond float64
	happens   func(times int)
	due       float64 // part of an event that is still to happen
}

type service struct {
	metrics *parcels.Metrics
	mutex   sync.Mutex
	flows   []flow
	until   time.Time // when the flows were last followed to
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "address to serve on")
	flag.Parse()
	registry := prometheus.NewRegistry()
	metrics, err := parcels.New(registry)
	if err != nil {
		log.Fatal(err)
	}
	s := &service{metrics: metrics, until: time.Now()}
	exposed := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return s.gather(registry) })
	http.HandleFunc("POST /inputs", s.take)
	http.Handle("GET /metrics", promhttp.HandlerFor(exposed, promhttp.HandlerOpts{}))
	log.Fatal(http.ListenAndServe(*listen, nil))
}

// gather brings all series up to now, and says so: on a busy machine a scrape is late, and what a counter has grown by since Prometheus
// asked for it would be read as a higher rate.
func (s *service) gather(registry prometheus.Gatherer) ([]*dto.MetricFamily, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.follow()
	families, err := registry.Gather()
	now := s.until.UnixMilli()
	for _, family := range families {
		for _, metric := range family.Metric {
			metric.TimestampMs = &now
		}
	}
	return families, err
}

// follow lets happen what has been due since the last time.
func (s *service) follow() {
	now := time.Now()
	for i := range s.flows {
		f := &s.flows[i]
		f.due += f.perSecond * now.Sub(s.until).Seconds()
		times := int(f.due)
		f.happens(times)
		f.due -= float64(times)
	}
	s.until = now
}

// take begins what the inputs ask for, and ends what those before did.
func (s *service) take(w http.ResponseWriter, r *http.Request) {
	var inputs []input
	if err := json.NewDecoder(r.Body).Decode(&inputs); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.follow()
	s.flows = nil
	buckets := map[string][]input{}
	for _, one := range inputs {
		if err := s.begin(one, buckets); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	for metric, all := range buckets {
		if err := s.observe(metric, all); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	fmt.Fprintln(w, "ok")
}

// begin sets a gauge, lets a counter grow, or collects the buckets of a histogram.
func (s *service) begin(one input, buckets map[string][]input) error {
	m := s.metrics
	counters := map[string]func() parcels.Counter{
		"parcels_scans_total":    func() parcels.Counter { return m.ScansTotal(one.Labels["gate"]) },
		"parcels_returned_total": m.ReturnedTotal,
		"parcels_requests_total": func() parcels.Counter { return m.RequestsTotal(one.Labels["status"]) },
		"parcels_sent_total":     m.SentTotal,
		"parcels_lost_total":     m.LostTotal,
		"parcels_retries_total":  m.RetriesTotal,
		"parcels_calls_total":    m.CallsTotal,
	}
	gauges := map[string]func(){
		"parcels_waiting": func() {
			size, _ := parcels.ParseSize(one.Labels["size"])
			m.Waiting(size).Set(int(one.Level))
		},
		"parcels_slots":             func() { m.Slots().Set(int(one.Level)) },
		"parcels_slots_taken":       func() { m.SlotsTaken().Set(int(one.Level)) },
		"parcels_van_cost_dollars":  func() { m.VanCostDollars().Set(parcels.USD(one.Level)) },
		"parcels_bike_cost_dollars": func() { m.BikeCostDollars().Set(parcels.USD(one.Level)) },
	}
	if histogram, ok := strings.CutSuffix(one.Metric, "_bucket"); ok {
		buckets[histogram] = append(buckets[histogram], one)
		return nil
	}
	if strings.HasSuffix(one.Metric, "_count") || strings.HasSuffix(one.Metric, "_sum") {
		return nil // follow from the buckets
	}
	if counter := counters[one.Metric]; counter != nil && one.Kind == "counter" {
		s.flows = append(s.flows, flow{perSecond: one.Level, happens: counter().Add})
		return nil
	}
	if gauge := gauges[one.Metric]; gauge != nil && one.Kind == "gauge" {
		gauge()
		return nil
	}
	return fmt.Errorf("there is no %s %s", one.Kind, one.Metric)
}

// observe lets a histogram observe the bound of each bucket as often as the bucket grows by more than the one before it.
func (s *service) observe(metric string, buckets []input) error {
	histograms := map[string]parcels.DurationHistogram{
		"parcels_delivery_seconds": s.metrics.DeliverySeconds(),
		"parcels_label_seconds":    s.metrics.LabelSeconds(),
	}
	histogram, ok := histograms[metric]
	if !ok {
		return fmt.Errorf("there is no histogram %s", metric)
	}
	slices.SortFunc(buckets, func(a, b input) int { return int(bound(a) - bound(b)) })
	below := 0.0
	for _, bucket := range buckets {
		took := bound(bucket)
		s.flows = append(s.flows, flow{perSecond: bucket.Level - below, happens: func(times int) {
			for range times {
				histogram.Observe(took)
			}
		}})
		below = bucket.Level
	}
	return nil
}

// bound is the longest time that a bucket counts; for the last one a time longer than all others.
func bound(bucket input) time.Duration {
	seconds, err := strconv.ParseFloat(bucket.Labels["le"], 64)
	if err != nil || seconds > 3600 {
		return time.Hour
	}
	return time.Duration(seconds * float64(time.Second))
}
