package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/belfry-dev/belfry/out/go/aiagent"
)

// failures are what is wrong at the moment. The zero value is a healthy service.
type failures struct {
	mutex   sync.Mutex
	errors  int           // tickets still to be answered with 500
	slow    time.Duration // that every answer takes longer, in the service's time
	model   bool          // calls to the language model fail
	resumed chan struct{} // closed when processing goes on; nil while it does
}

// routes are the test endpoints. Each answers what the service will do.
func (f *failures) routes(mux *http.ServeMux, s *service) {
	mux.HandleFunc("POST /test/errors", set("count", strconv.Atoi, func(count int) string {
		f.change(func() { f.errors = count })
		return fmt.Sprintf("the next %d tickets are answered with 500", count)
	}))
	mux.HandleFunc("POST /test/slow", set("duration", time.ParseDuration, func(d time.Duration) string {
		f.change(func() { f.slow = d })
		return fmt.Sprintf("every answer takes %v longer", d)
	}))
	mux.HandleFunc("POST /test/llm-failure", set("on", strconv.ParseBool, func(on bool) string {
		f.change(func() { f.model = on })
		return fmt.Sprintf("calls to the language model fail: %v", on)
	}))
	mux.HandleFunc("POST /test/cost", set("dollars", parseDollars, func(dollars aiagent.USD) string {
		s.metrics.LLMAPICostDollarsTotal(model, aiagent.ProviderAnthropic).Add(dollars)
		return fmt.Sprintf("the language model's bill grew by $%v", float64(dollars))
	}))
	mux.HandleFunc("POST /test/pause-processing", func(w http.ResponseWriter, _ *http.Request) {
		f.change(f.pause)
		fmt.Fprintln(w, "tickets wait")
	})
	mux.HandleFunc("POST /test/resume-processing", func(w http.ResponseWriter, _ *http.Request) {
		f.change(f.resume)
		fmt.Fprintln(w, "tickets are processed")
	})
}

// set reads one parameter of the query, which must be there and not negative, and applies it.
func set[T any](name string, parse func(string) (T, error), apply func(T) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := r.URL.Query().Get(name)
		value, err := parse(text)
		if err != nil || len(text) > 0 && text[0] == '-' {
			http.Error(w, fmt.Sprintf("%s=%q cannot be read", name, text), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, apply(value))
	}
}

func parseDollars(text string) (aiagent.USD, error) {
	value, err := strconv.ParseFloat(text, 64)
	return aiagent.USD(value), err
}

func (f *failures) change(edit func()) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	edit()
}

// takeError reports whether this ticket is one of those to fail.
func (f *failures) takeError() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.errors == 0 {
		return false
	}
	f.errors--
	return true
}

func (f *failures) slower() time.Duration {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.slow
}

func (f *failures) modelFails() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.model
}

func (f *failures) pause() {
	if f.resumed == nil {
		f.resumed = make(chan struct{})
	}
}

func (f *failures) resume() {
	if f.resumed != nil {
		close(f.resumed)
		f.resumed = nil
	}
}

// waitWhilePaused returns when tickets may be processed, or false where the service ends.
func (f *failures) waitWhilePaused(ctx context.Context) bool {
	f.mutex.Lock()
	resumed := f.resumed
	f.mutex.Unlock()
	if resumed == nil {
		return ctx.Err() == nil
	}
	select {
	case <-resumed:
		return true
	case <-ctx.Done():
		return false
	}
}
