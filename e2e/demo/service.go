package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/belfry-dev/belfry/out/go/aiagent"
)

// ticket is what a customer asks.
type ticket struct {
	Subject  string           `json:"subject"`
	arrived  time.Time        // real time
	category aiagent.Category // as the agent understands it
}

// waiting is how many tickets may wait; more are refused.
const waiting = 10_000

// service is the agent.
type service struct {
	metrics  *aiagent.Metrics
	speed    float64
	queue    chan ticket
	failures failures
}

func newService(registry prometheus.Registerer, speed float64) (*service, error) {
	metrics, err := aiagent.New(registry)
	if err != nil {
		return nil, err
	}
	s := &service{metrics: metrics, speed: speed, queue: make(chan ticket, waiting)}
	s.state()
	return s, nil
}

// state sets what is true as long as nothing happens: budgets, the pool, what customers think.
func (s *service) state() {
	m := s.metrics
	m.CustomerSatisfactionScore().Set(93)
	m.DBConnectionsMax().Set(50)
	m.DBConnectionsActive().Set(10)
	m.DBConnectionsIdle().Set(40)
	m.LLMTokenBudgetHourly().Set(5_000_000)
	m.SupportAgentCostSavingsDollars().Set(3200)
	m.VectorDBCostDollars().Set(180)
	m.MonitoringCostDollars().Set(95)
	m.CostBudgetMonthly(aiagent.AIAgentCostBudgetMonthlyCategoryLLMAPI).Set(1200)
	m.CostBudgetMonthly(aiagent.AIAgentCostBudgetMonthlyCategoryAWSInfrastructure).Set(800)
	m.CostBudgetMonthly(aiagent.AIAgentCostBudgetMonthlyCategoryVectorDB).Set(300)
	m.CostBudgetMonthly(aiagent.AIAgentCostBudgetMonthlyCategoryMonitoring).Set(200)
	m.QueueDepth(aiagent.PriorityHigh).Set(0)
	m.QueueDepth(aiagent.PriorityMedium).Set(0)
	m.QueueDepth(aiagent.PriorityLow).Set(0)
	m.SetDeploymentVersionInfo("0000000", "2026-01-01", "demo")
}

// routes are the service's own endpoints, whose requests are recorded, and those that make it fail, whose are not.
func (s *service) routes(mux *http.ServeMux) {
	api := http.NewServeMux()
	api.HandleFunc("POST /api/v1/tickets", s.take)
	api.HandleFunc("POST /api/test/error", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "as asked for", http.StatusInternalServerError)
	})
	mux.Handle("/api/", s.metrics.Middleware(api))
	s.failures.routes(mux, s)
}

// take puts a ticket into the queue.
func (s *service) take(w http.ResponseWriter, r *http.Request) {
	t := ticket{arrived: time.Now(), category: aiagent.CategoryGeneralInquiry}
	if s.failures.takeError() {
		http.Error(w, "simulated", http.StatusInternalServerError)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&t); err != nil || t.Subject == "" {
		http.Error(w, `want a ticket such as {"subject":"Test"}`, http.StatusBadRequest)
		return
	}
	select {
	case s.queue <- t:
		s.metrics.QueueDepth(aiagent.PriorityMedium).Add(1)
		w.WriteHeader(http.StatusAccepted)
	default:
		http.Error(w, "too many tickets wait", http.StatusServiceUnavailable)
	}
}

// process works on one ticket after the other.
func (s *service) process(ctx context.Context) {
	for n := 0; ; n++ {
		if !s.failures.waitWhilePaused(ctx) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case t := <-s.queue:
			if !s.failures.waitWhilePaused(ctx) {
				return
			}
			s.metrics.QueueDepth(aiagent.PriorityMedium).Add(-1)
			s.answer(t, n)
		}
	}
}

// life is how long something lasted in the service's own time.
func (s *service) life(real time.Duration) time.Duration {
	return time.Duration(float64(real) * s.speed)
}

// sleep waits for a time of the service's own.
func (s *service) sleep(d time.Duration) { time.Sleep(time.Duration(float64(d) / s.speed)) }
