// Command belfry-cost-exporter exposes what AWS costs this month as a Prometheus gauge. In come the configuration that
// Belfry generates for a metric with the source awsCostExplorer, and AWS credentials from the environment; out goes
// /metrics.
//
// AWS bills each request to Cost Explorer, so that it is asked every few hours and never by a scrape, and the answer is
// kept in a directory across restarts. An answer is taken as a whole or not at all: where a page, an amount or the currency
// is wrong, the last good one stays and an error is counted.
//
// What restarts cost: a process that is killed before it has kept an answer loses it, and asks again after the time of one
// retry. A lost directory costs one refresh.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// region is where Cost Explorer has its only endpoint
// (https://docs.aws.amazon.com/general/latest/gr/billing.html), whatever region the service runs in.
const region = "us-east-1"

// attempts is how often one page is asked for where AWS throttles or fails; the SDK waits between them, longer each time.
const attempts = 4

type flags struct{ config, state, listen, endpoint string }

func main() {
	var f flags
	flag.StringVar(&f.config, "config", "config.json", "configuration that belfry generates, exporter/<name>/config.json")
	flag.StringVar(&f.state, "state", "state", "directory that keeps the last answer across restarts; it must exist")
	flag.StringVar(&f.listen, "listen", ":9090", "address to serve /metrics and /-/healthy on")
	flag.StringVar(&f.endpoint, "endpoint", "", "address of Cost Explorer instead of AWS' own, for tests")
	flag.Parse()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "belfry-cost-exporter takes no arguments, and %q was given\n", flag.Args())
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, f, log); err != nil {
		log.Error("stopped", "err", err)
		os.Exit(1)
	}
}

// serve runs until the context ends or something fails that asking further would not mend.
func serve(ctx context.Context, f flags, log *slog.Logger) error {
	unlock, err := store{f.state}.lock()
	if err != nil {
		return err
	}
	return errors.Join(serveLocked(ctx, f, log), unlock())
}

func serveLocked(ctx context.Context, f flags, log *slog.Logger) error {
	p, err := newPoller(ctx, f, log)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(p), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	listener, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	log.Info("serving", "address", listener.Addr().String())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	go func() { failed <- p.run(ctx) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(err, server.Close())
}

// newPoller reads the configuration and what was kept. Without a directory that can be written nothing is asked.
func newPoller(ctx context.Context, f flags, log *slog.Logger) (*poller, error) {
	c, question, err := readConfig(f.config)
	if err != nil {
		return nil, err
	}
	p := &poller{config: c, store: store{f.state}, now: time.Now, log: log}
	p.state, err = p.store.load(question)
	if errors.Is(err, errDamaged) {
		log.Warn("Cost Explorer is asked anew", "err", err)
	} else if err != nil {
		return nil, err
	}
	client, err := newClient(ctx, f.endpoint, func() { p.sent.Add(1) })
	if err != nil {
		return nil, err
	}
	p.cost = (&explorer{client, c}).cost
	return p, nil
}

// newClient finds credentials as every AWS SDK does: environment, web identity (IRSA), instance. sent is called for every
// request that leaves.
func newClient(ctx context.Context, endpoint string, sent func(), more ...func(*costexplorer.Options)) (*costexplorer.Client, error) {
	loaded, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(region))
	if err != nil {
		return nil, fmt.Errorf("AWS configuration: %w", err)
	}
	ours := func(o *costexplorer.Options) {
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxAttempts = attempts })
		o.HTTPClient = countingClient{o.HTTPClient, sent}
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	}
	return costexplorer.NewFromConfig(loaded, append([]func(*costexplorer.Options){ours}, more...)...), nil
}

// countingClient tells of every request before it is sent.
type countingClient struct {
	costexplorer.HTTPClient
	sent func()
}

// Do sends one request.
func (c countingClient) Do(request *http.Request) (*http.Response, error) {
	c.sent()
	return c.HTTPClient.Do(request)
}
