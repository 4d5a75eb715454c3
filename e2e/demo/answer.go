package main

import (
	"time"

	"github.com/belfry-dev/belfry/out/go/aiagent"
)

// What one ticket takes and costs.
const (
	searchTime   = 30 * time.Millisecond
	databaseTime = 5 * time.Millisecond
	modelTime    = 200 * time.Millisecond
	inputTokens  = 400
	outputTokens = 100
	dollars      = 0.004
	// every tenth ticket is beyond the agent, and handed over to a person.
	beyond = 10

	model = "claude-sonnet"
)

// answer answers the ticket of a number, or hands it over to a person.
func (s *service) answer(t ticket, number int) {
	m := s.metrics
	m.VectorSearchDurationMilliseconds().Observe(searchTime)
	m.DatabaseQueryDurationMilliseconds(aiagent.QueryTypeSelect).Observe(databaseTime)
	answered := s.ask()
	confident := number%beyond != 0
	m.TicketsProcessedTotal(t.category, aiagent.ChannelAPI, aiagent.EnvironmentProduction).Inc()
	switch {
	case !answered:
		m.TicketsEscalatedTotal(t.category, aiagent.EscalationReasonError).Inc()
	case !confident:
		m.TicketsEscalatedTotal(t.category, aiagent.EscalationReasonLowConfidence).Inc()
	default:
		m.TicketsResolvedAutoTotal(t.category, aiagent.ConfidenceTierHigh).Inc()
	}
	m.ConfidenceScore(t.category).Set(0.9)
	slower := s.failures.slower()
	time.AfterFunc(time.Duration(float64(slower)/s.speed), func() {
		m.ResponseDurationMilliseconds().Observe(s.life(time.Since(t.arrived)))
	})
}

// ask calls the language model, which takes its time whether it fails or not.
func (s *service) ask() bool {
	m, begun := s.metrics, time.Now()
	s.sleep(modelTime)
	m.LLMResponseDurationSeconds(model, aiagent.ProviderAnthropic).Observe(s.life(time.Since(begun)))
	if s.failures.modelFails() {
		m.LLMAPIRequestsTotal(model, aiagent.ProviderAnthropic, aiagent.StatusError).Inc()
		m.LLMAPIErrorsTotal("overloaded", aiagent.ProviderAnthropic).Inc()
		return false
	}
	m.LLMAPIRequestsTotal(model, aiagent.ProviderAnthropic, aiagent.StatusSuccess).Inc()
	m.LLMTokensTotal(model, aiagent.ProviderAnthropic, aiagent.TokenTypeInput).Add(inputTokens)
	m.LLMTokensTotal(model, aiagent.ProviderAnthropic, aiagent.TokenTypeOutput).Add(outputTokens)
	m.LLMAPICostDollarsTotal(model, aiagent.ProviderAnthropic).Add(dollars)
	return true
}
