package support

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// served answers one request through the middleware, in a real server, and returns the series that it was counted in.
func served(t *testing.T, method, path string, handler http.HandlerFunc) string {
	t.Helper()
	m, registry := made(t)
	mux := http.NewServeMux()
	mux.Handle("/status/{code}", handler)
	measured, returned := m.Middleware(mux), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(returned)
		measured.ServeHTTP(w, r)
	}))
	defer server.Close()
	request, err := http.NewRequest(method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	<-returned // the client may have all before the request is counted, and a server does not wait for connections that were hijacked
	var series []string
	for labels, count := range exposed(t, registry, "ai_agent_http_requests_total") {
		series = append(series, labels)
		if count != 1 {
			t.Errorf("%s is %v, want 1", labels, count)
		}
	}
	return strings.Join(series, ", ")
}

func TestMiddlewareCountsWhatTheClientGets(t *testing.T) {
	for _, test := range []struct {
		name, method, path, want string
		handler                  http.HandlerFunc
	}{
		{"nothing is written", "GET", "/status/1", "/status/{code} GET 200", func(http.ResponseWriter, *http.Request) {}},
		{"a body", "POST", "/status/1", "/status/{code} POST 200", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") }},
		{"a status", "GET", "/status/1", "/status/{code} GET 503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }},
		{"early hints come first", "GET", "/status/1", "/status/{code} GET 404", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(404)
		}},
		{"only the first status is sent", "GET", "/status/1", "/status/{code} GET 201", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			_, _ = io.WriteString(w, "made")
		}},
		{"no route", "GET", "/unknown", "other GET 404", func(http.ResponseWriter, *http.Request) { t.Error("the handler of another route is called") }},
		{"a method that is not known", "BREW", "/status/1", "/status/{code} other 418", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) }},
		{"a panic", "GET", "/status/1", "/status/{code} GET 500", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"a panic after the answer", "GET", "/status/1", "/status/{code} GET 200", func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}},
		{"hijacked", "GET", "/status/1", "/status/{code} GET 101", func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			connection.Close()
		}},
		{"hijacked by a controller", "GET", "/status/1", "/status/{code} GET 101", func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			connection.Close()
		}},
		{"a deadline by a controller", "GET", "/status/1", "/status/{code} GET 200", func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Error(err)
			}
		}},
		{"a file", "GET", "/status/1", "/status/{code} GET 200", func(w http.ResponseWriter, _ *http.Request) {
			file, err := os.Open("metrics.go")
			if err != nil {
				t.Error(err)
				return
			}
			defer file.Close()
			if n, err := io.Copy(w, file); n == 0 || err != nil {
				t.Error(n, err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := served(t, test.method, test.path, test.handler); got != test.want {
				t.Errorf("counted in %s, want %s", got, test.want)
			}
		})
	}
}

// plain is a writer that can do nothing else.
type plain struct{ http.ResponseWriter }

type flushing struct{ plain }

func (flushing) Flush() {}

type hijacking struct{ plain }

func (hijacking) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, errors.ErrUnsupported
}

func TestMiddlewareOffersWhatTheWriterOffers(t *testing.T) {
	m, _ := made(t)
	base := plain{httptest.NewRecorder()}
	for _, writer := range []http.ResponseWriter{base, flushing{base}, hijacking{base}} {
		_, wantFlush := writer.(http.Flusher)
		_, wantHijack := writer.(http.Hijacker)
		m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, flush := w.(http.Flusher)
			_, hijack := w.(http.Hijacker)
			if flush != wantFlush || hijack != wantHijack {
				t.Errorf("%T: flushes %v, hijacks %v, want %v, %v", writer, flush, hijack, wantFlush, wantHijack)
			}
		})).ServeHTTP(writer, httptest.NewRequest("GET", "/", nil))
	}
}

func TestMiddlewareTakesTheRouteOfOtherRouters(t *testing.T) {
	m, registry := made(t)
	m.Route = func(*http.Request) string { return "/customers/{id}" }
	handler := m.Middleware(http.NotFoundHandler())
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/customers/1", nil))
	if series := exposed(t, registry, "ai_agent_http_requests_total"); series["/customers/{id} GET 404"] != 1 {
		t.Errorf("counted %v", series)
	}
}

func TestMiddlewareClassifiesTheStatus(t *testing.T) {
	m, registry := made(t)
	for _, status := range []int{200, 204, 301, 404, 418, 503} {
		handler := m.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == "ai_agent_http_request_duration_seconds" && metric.GetHistogram().GetSampleCount() > 0 {
				got[metric.GetLabel()[0].GetValue()+" "+metric.GetLabel()[1].GetValue()] = metric.GetHistogram().GetSampleCount()
			}
		}
	}
	want := map[string]uint64{"2xx other": 2, "404 other": 1, "4xx other": 1, "5xx other": 1, "other other": 1}
	for series, count := range want {
		if got[series] != count {
			t.Errorf("%s was observed %d times, want %d", series, got[series], count)
		}
	}
	if len(got) != len(want) {
		t.Errorf("observed %v", got)
	}
}

func TestNoMetricsLeaveTheHandlerAsItIs(t *testing.T) {
	var none *Metrics
	none.Middleware(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	(&Metrics{}).Middleware(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}
