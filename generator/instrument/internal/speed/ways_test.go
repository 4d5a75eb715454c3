package speed

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// vectors are the same metrics as people write them by hand.
type vectors struct {
	overflow                        *prometheus.CounterVec
	requestsA                       prometheus.Counter
	requestsB, requestsC, requestsD *prometheus.CounterVec
	routesA, routesB, routesC       *prometheus.CounterVec
	requestA                        prometheus.Histogram
	requestB, routeA                *prometheus.HistogramVec
}

func handmade() *vectors {
	counter := func(name string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: "Requests."}, labels)
	}
	options := func(name string) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Name: name, Help: "Time of requests.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}
	}
	return &vectors{
		overflow:  counter("label_overflows_total", "label", "metric"),
		requestsA: prometheus.NewCounter(prometheus.CounterOpts{Name: "requests_a_total", Help: "Requests."}),
		requestsB: counter("requests_b_total", "method"),
		requestsC: counter("requests_c_total", "method", "status"),
		requestsD: counter("requests_d_total", "method", "region", "status"),
		routesA:   counter("routes_a_total", "route"),
		routesB:   counter("routes_b_total", "method", "route"),
		routesC:   counter("routes_c_total", "method", "route", "status"),
		requestA:  prometheus.NewHistogram(options("request_a_seconds")),
		requestB:  prometheus.NewHistogramVec(options("request_b_seconds"), []string{"method", "status"}),
		routeA:    prometheus.NewHistogramVec(options("route_a_seconds"), []string{"route"}),
	}
}

func (h *vectors) all() []prometheus.Collector {
	return []prometheus.Collector{
		h.overflow, h.requestsA, h.requestsB, h.requestsC, h.requestsD, h.routesA, h.routesB, h.routesC, h.requestA, h.requestB, h.routeA,
	}
}

// fillAll makes every series of the closed labels, and one of each open one.
func fillAll(m *Metrics, h *vectors) {
	recordAll(m)
	for _, method := range valuesOfMethod[1:] {
		h.requestsB.WithLabelValues(method)
		for _, status := range valuesOfStatus[1:] {
			h.requestsC.WithLabelValues(method, status)
			h.requestB.WithLabelValues(method, status)
			for _, region := range valuesOfRegion[1:] {
				h.requestsD.WithLabelValues(method, region, status)
			}
		}
	}
	h.routesA.WithLabelValues("other").Inc()
	h.routesB.WithLabelValues("GET", "other").Inc()
	h.routesC.WithLabelValues("GET", "other", "200").Inc()
	h.routeA.WithLabelValues("other").Observe(1)
	for _, metric := range []string{"routes_a_total", "routes_b_total", "routes_c_total", "route_a_seconds"} {
		h.overflow.WithLabelValues("route", metric)
	}
}

// What each of two goroutines records.
var (
	methods = [2]string{"POST", "DELETE"}
	typed   = [2]Method{MethodPOST, MethodDELETE}
	routes  = [2]string{"/tickets/{id}/messages", "/customers/{id}"}
)

// copies are more texts of the same values than the generated code remembers.
var copies = func() (all [2][]string) {
	for series, route := range routes {
		for range 4096 {
			all[series] = append(all[series], strings.Clone(route))
		}
	}
	return all
}()

func comparisons(m *Metrics, h *vectors) []comparison {
	counters := []comparison{
		noLabel(m, h), oneLabel(m, h), twoLabels(m, h), threeLabels(m, h),
		cappedLabel(m, h), cappedAndClosed(m, h), cappedAndTwoClosed(m, h),
	}
	return append(counters, histogram(m, h), histogramOfTwo(m, h), histogramCapped(m, h))
}

// noLabel is not inlined, because the compiler inlines less into what has become large.
//
//go:noinline
func noLabel(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, no label", generated: 1, most: 1.25, ways: []way{
		raw(h.requestsA, h.requestsA),
		{"generated", func(_, n int) {
			for range n {
				m.RequestsATotal().Inc()
			}
		}},
	}}
}

// raw is the way of a child that has been looked up before.
func raw(children ...prometheus.Counter) way {
	return way{"raw Inc", func(series, n int) {
		child := children[series]
		for range n {
			child.Inc()
		}
	}}
}

func oneLabel(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, one label", generated: 1, most: 1.25, ways: []way{
		raw(h.requestsB.WithLabelValues(methods[0]), h.requestsB.WithLabelValues(methods[1])),
		{"generated", func(series, n int) {
			method := typed[series]
			for range n {
				m.RequestsBTotal(method).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsB.WithLabelValues(method).Inc()
			}
		}},
		{"With(Labels)", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsB.With(prometheus.Labels{"method": method}).Inc()
			}
		}},
	}}
}

func twoLabels(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, two labels", generated: 1, most: 1.25, faster: 2, least: 5, ways: []way{
		raw(h.requestsC.WithLabelValues(methods[0], "200"), h.requestsC.WithLabelValues(methods[1], "200")),
		{"generated", func(series, n int) {
			method := typed[series]
			for range n {
				m.RequestsCTotal(method, Status200).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsC.WithLabelValues(method, "200").Inc()
			}
		}},
		{"With(Labels)", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsC.With(prometheus.Labels{"method": method, "status": "200"}).Inc()
			}
		}},
	}}
}

func threeLabels(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, three labels", generated: 1, most: 1.25, ways: []way{
		raw(h.requestsD.WithLabelValues(methods[0], "asia", "200"), h.requestsD.WithLabelValues(methods[1], "asia", "200")),
		{"generated", func(series, n int) {
			method := typed[series]
			for range n {
				m.RequestsDTotal(method, RegionAsia, Status200).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsD.WithLabelValues(method, "asia", "200").Inc()
			}
		}},
		{"With(Labels)", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestsD.With(prometheus.Labels{"method": method, "region": "asia", "status": "200"}).Inc()
			}
		}},
	}}
}

func cappedLabel(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, one capped label", generated: 1, most: 3, ways: []way{
		raw(h.routesA.WithLabelValues(routes[0]), h.routesA.WithLabelValues(routes[1])),
		{"generated", func(series, n int) {
			route := routes[series]
			for range n {
				m.RoutesATotal(route).Inc()
			}
		}},
		{"generated, new texts", func(series, n int) {
			texts := copies[series]
			for i := range n {
				m.RoutesATotal(texts[i%len(texts)]).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			route := routes[series]
			for range n {
				h.routesA.WithLabelValues(route).Inc()
			}
		}},
	}}
}

func cappedAndClosed(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, a capped and a closed label", generated: 1, most: 3, ways: []way{
		raw(h.routesB.WithLabelValues(methods[0], routes[0]), h.routesB.WithLabelValues(methods[1], routes[1])),
		{"generated", func(series, n int) {
			method, route := typed[series], routes[series]
			for range n {
				m.RoutesBTotal(method, route).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method, route := methods[series], routes[series]
			for range n {
				h.routesB.WithLabelValues(method, route).Inc()
			}
		}},
	}}
}

func cappedAndTwoClosed(m *Metrics, h *vectors) comparison {
	return comparison{title: "counter, a capped and two closed labels", generated: 1, most: 3, ways: []way{
		raw(h.routesC.WithLabelValues(methods[0], routes[0], "200"), h.routesC.WithLabelValues(methods[1], routes[1], "200")),
		{"generated", func(series, n int) {
			method, route := typed[series], routes[series]
			for range n {
				m.RoutesCTotal(method, route, Status200).Inc()
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method, route := methods[series], routes[series]
			for range n {
				h.routesC.WithLabelValues(method, route, "200").Inc()
			}
		}},
	}}
}

// took is what histograms observe.
const took = 42 * time.Millisecond

// rawObserver is the way of a histogram's child that has been looked up before.
func rawObserver(children ...prometheus.Observer) way {
	return way{"raw Observe", func(series, n int) {
		child := children[series]
		for range n {
			child.Observe(took.Seconds())
		}
	}}
}

func histogram(m *Metrics, h *vectors) comparison {
	return comparison{title: "histogram, no label", generated: 1, most: 1.1, ways: []way{
		rawObserver(h.requestA, h.requestA),
		{"generated", func(_, n int) {
			for range n {
				m.RequestASeconds().Observe(took)
			}
		}},
	}}
}

func histogramOfTwo(m *Metrics, h *vectors) comparison {
	return comparison{title: "histogram, two labels", generated: 1, most: 1.1, ways: []way{
		rawObserver(h.requestB.WithLabelValues(methods[0], "200"), h.requestB.WithLabelValues(methods[1], "200")),
		{"generated", func(series, n int) {
			method := typed[series]
			for range n {
				m.RequestBSeconds(method, Status200).Observe(took)
			}
		}},
		{"WithLabelValues", func(series, n int) {
			method := methods[series]
			for range n {
				h.requestB.WithLabelValues(method, "200").Observe(took.Seconds())
			}
		}},
	}}
}

func histogramCapped(m *Metrics, h *vectors) comparison {
	return comparison{title: "histogram, one capped label", generated: 1, most: 3, ways: []way{
		rawObserver(h.routeA.WithLabelValues(routes[0]), h.routeA.WithLabelValues(routes[1])),
		{"generated", func(series, n int) {
			route := routes[series]
			for range n {
				m.RouteASeconds(route).Observe(took)
			}
		}},
		{"WithLabelValues", func(series, n int) {
			route := routes[series]
			for range n {
				h.routeA.WithLabelValues(route).Observe(took.Seconds())
			}
		}},
	}}
}
