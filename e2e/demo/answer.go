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
	m.AIAgentVectorSearchDurationMilliseconds().Observe(searchTime)
	m.AIAgentDatabaseQueryDurationMilliseconds(aiagent.QueryTypeSelect).Observe(databaseTime)
	answered := s.ask()
	confident := number%beyond != 0
	m.AIAgentTicketsProcessedTotal(t.category, aiagent.ChannelAPI, aiagent.EnvironmentProduction).Inc()
	switch {
	case !answered:
		m.AIAgentTicketsEscalatedTotal(t.category, aiagent.EscalationReasonError).Inc()
	case !confident:
		m.AIAgentTicketsEscalatedTotal(t.category, aiagent.EscalationReasonLowConfidence).Inc()
	default:
		m.AIAgentTicketsResolvedAutoTotal(t.category, aiagent.ConfidenceTierHigh).Inc()
	}
	m.AIAgentConfidenceScore(t.category).Set(0.9)
	slower := s.failures.slower()
	time.AfterFunc(time.Duration(float64(slower)/s.speed), func() {
		m.AIAgentResponseDurationMilliseconds().Observe(s.life(time.Since(t.arrived)))
	})
}

// ask calls the language model, which takes its time whether it fails or not.
func (s *service) ask() bool {
	m, begun := s.metrics, time.Now()
	s.sleep(modelTime)
	m.AIAgentLLMResponseDurationSeconds(model, aiagent.ProviderAnthropic).Observe(s.life(time.Since(begun)))
	if s.failures.modelFails() {
		m.AIAgentLLMAPIRequestsTotal(model, aiagent.ProviderAnthropic, aiagent.StatusError).Inc()
		m.AIAgentLLMAPIErrorsTotal("overloaded", aiagent.ProviderAnthropic).Inc()
		return false
	}
	m.AIAgentLLMAPIRequestsTotal(model, aiagent.ProviderAnthropic, aiagent.StatusSuccess).Inc()
	m.AIAgentLLMTokensTotal(model, aiagent.ProviderAnthropic, aiagent.TokenTypeInput).Add(inputTokens)
	m.AIAgentLLMTokensTotal(model, aiagent.ProviderAnthropic, aiagent.TokenTypeOutput).Add(outputTokens)
	m.AIAgentLLMAPICostDollarsTotal(model, aiagent.ProviderAnthropic).Add(dollars)
	return true
}
