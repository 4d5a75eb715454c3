// Command demo is the service of the reference spec in small: an agent that answers tickets, built on the instrumentation
// that the spec compiles to. It can be put into each failure that its alerts are for, by the test endpoints of the service's
// own guide, so that what fires is seen on the metrics of a program and not on series that somebody made up.
//
//	POST /api/v1/tickets                   takes a ticket
//	POST /api/test/error                   answers 500, once
//	POST /test/errors?count=100            answers the next 100 tickets with 500
//	POST /test/pause-processing            tickets wait in the queue
//	POST /test/resume-processing           they are processed again
//	POST /test/slow?duration=12s           every answer takes that much longer; 0s ends it
//	POST /test/llm-failure?on=true         calls to the language model fail; on=false ends it
//	POST /test/cost?dollars=350            the language model's bill grows by that much
//	GET  /metrics, /healthz
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "address to serve on")
	speed := flag.Float64("speed", 1, "how many times faster than in life its time passes: at 20, an answer of 12 s is there after 600 ms")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *listen, *speed); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, address string, speed float64) error {
	if speed <= 0 {
		return fmt.Errorf("a speed of %v is none", speed)
	}
	registry := prometheus.NewRegistry()
	s, err := newService(registry, speed)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	s.routes(mux)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	go s.process(ctx)
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, server.Close())
}
