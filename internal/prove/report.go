package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/witness"
)

// The shape of the JSON report. Times are in seconds.
type (
	jsonReport struct {
		Version int         `json:"version"`
		Proven  int         `json:"proven"`
		Assumed int         `json:"assumed"` // as proven, with metrics that nobody knows
		Total   int         `json:"total"`
		Alerts  []jsonProof `json:"alerts"` // never null
	}
	jsonProof struct {
		Alert     string         `json:"alert"`
		Severity  string         `json:"severity"`
		Verdict   Verdict        `json:"verdict"`
		Reason    string         `json:"reason,omitempty"`
		TurnsAt   string         `json:"turnsAt"`
		Incidents []jsonIncident `json:"incidents,omitempty"`
		Worst     *jsonIncident  `json:"worst,omitempty"`
		Receivers []string       `json:"receivers,omitempty"`
		Messages  []jsonMessage  `json:"messages,omitempty"`
		Blind     []string       `json:"blindWithout,omitempty"`
		Code      string         `json:"code,omitempty"`
		File      string         `json:"file,omitempty"`
		Line      int            `json:"line,omitempty"`
		Column    int            `json:"column,omitempty"`
		Series    []jsonSeries   `json:"series,omitempty"`
	}
	// jsonSeries is what a series does, as a phrase.
	jsonSeries struct {
		Series   string `json:"series"`
		Healthy  string `json:"healthy"`
		Incident string `json:"incident"`
	}
	jsonIncident struct {
		Name          string            `json:"name,omitempty"`
		Level         number            `json:"level"`
		FiresAfter    float64           `json:"firesAfterSeconds"`
		FiresBy       float64           `json:"firesAtLatestSeconds"`
		ResolvesAfter float64           `json:"resolvesAfterSeconds"`
		ResolvesBy    float64           `json:"resolvesAtLatestSeconds"`
		Value         number            `json:"value"`
		Labels        map[string]string `json:"labels"`
		Annotations   map[string]string `json:"annotations"`
		Along         []jsonAlong       `json:"firesAlong,omitempty"`
		Inputs        []jsonInput       `json:"inputs,omitempty"`
	}
	// jsonInput is a series that the incident was made of. Its levels are what a counter grows by each second, the value of a gauge,
	// what is added to the time of a clock, and the observations a second of a native histogram. Without wrong it is missing meanwhile.
	jsonInput struct {
		Metric  string            `json:"metric"`
		Labels  map[string]string `json:"labels"`
		Kind    string            `json:"kind"` // counter, gauge, clock or histogram
		Healthy number            `json:"healthy"`
		Wrong   *number           `json:"wrong,omitempty"`
	}
	jsonAlong struct {
		Alert      string  `json:"alert"`
		FiresAfter float64 `json:"firesAfterSeconds"`
		FiresBy    float64 `json:"firesAtLatestSeconds"`
	}
	jsonMessage struct {
		Receiver    string  `json:"receiver"`
		Integration string  `json:"integration"`
		After       float64 `json:"afterSeconds"`
		By          float64 `json:"atLatestSeconds"`
		Title       string  `json:"title"`
		Text        string  `json:"text"`
	}
)

// number is a value that may be what JSON has no number for: then it is a text.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsInf(v, 0) && !math.IsNaN(v) {
		return json.Marshal(v)
	}
	return json.Marshal(strconv.FormatFloat(float64(n), 'g', -1, 64))
}

// PrintJSON writes everything that is known.
func PrintJSON(w io.Writer, proofs []Proof) error {
	report := jsonReport{Version: 1, Total: len(proofs), Proven: Count(proofs, Proven), Assumed: Count(proofs, Assumed), Alerts: []jsonProof{}}
	for i := range proofs {
		report.Alerts = append(report.Alerts, proofs[i].json())
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// Count is how many alerts have a verdict.
func Count(proofs []Proof, verdict Verdict) int {
	n := 0
	for i := range proofs {
		if proofs[i].Verdict == verdict {
			n++
		}
	}
	return n
}

func (p *Proof) json() jsonProof {
	one := jsonProof{
		Alert: p.Alert.Name, Severity: p.Alert.Severity, Verdict: p.Verdict, Reason: p.Reason, TurnsAt: p.turnsAt(0),
		Receivers: p.Receivers(), Blind: p.Blind, Code: p.Code, File: p.Pos.File, Line: p.Pos.Line, Column: p.Pos.Col,
	}
	if p.Witness != nil {
		for _, c := range p.Witness.Series {
			one.Series = append(one.Series, jsonSeries(c))
		}
	}
	for i := range p.Incidents {
		one.Incidents = append(one.Incidents, p.Incidents[i].json(p.Alert.Late))
	}
	if p.Worst != nil {
		worst := p.Worst.json(p.Alert.Late)
		one.Worst = &worst
	}
	for _, m := range p.Reaches {
		one.Messages = append(one.Messages, jsonMessage{m.Receiver, m.Integration, m.After.Seconds(), (m.After + p.Alert.Late).Seconds(), m.Title, m.Text})
	}
	return one
}

func (i *Incident) json(late time.Duration) jsonIncident {
	one := jsonIncident{
		Name: i.Name, Level: number(i.Level), Value: number(i.Value), Labels: i.Episode.Labels.Map(), Annotations: i.Episode.Annotations.Map(),
		FiresAfter: i.FiresAfter.Seconds(), FiresBy: (i.FiresAfter + late).Seconds(),
		ResolvesAfter: i.ResolvesAfter.Seconds(), ResolvesBy: (i.ResolvesAfter + late).Seconds(),
	}
	for _, other := range i.Along {
		one.Along = append(one.Along, jsonAlong{other.Alert, other.FiresAfter.Seconds(), (other.FiresAfter + other.Late).Seconds()})
	}
	for _, input := range i.Healthy {
		one.Inputs = append(one.Inputs, jsonInputOf(input, i.Wrong))
	}
	return one
}

func jsonInputOf(healthy witness.Input, wrong witness.State) jsonInput {
	series := healthy.Series.Map()
	one := jsonInput{Metric: series[model.MetricNameLabel], Labels: series, Kind: "gauge", Healthy: levelOf(healthy)}
	delete(series, model.MetricNameLabel)
	switch {
	case healthy.Histogram != nil:
		one.Kind = "histogram"
	case healthy.Counter:
		one.Kind = "counter"
	case healthy.Clock:
		one.Kind = "clock"
	}
	for _, input := range wrong {
		if labels.Equal(input.Series, healthy.Series) {
			level := levelOf(input)
			one.Wrong = &level
		}
	}
	return one
}

func levelOf(input witness.Input) number {
	if input.Histogram != nil {
		return number(input.Histogram.Count)
	}
	return number(input.Level)
}

// PrintJUnit writes a test for each alert, which fails where the alert is not proven.
func PrintJUnit(w io.Writer, proofs []Proof) error {
	suite := diag.JUnitSuite{Name: "belfry prove"}
	for i := range proofs {
		p := &proofs[i]
		one := diag.JUnitCase{Name: p.Alert.Name, Class: "alerts", File: p.Pos.File, Line: p.Pos.Line}
		if !p.Fires() {
			one.Failure = &diag.JUnitMessage{Type: string(p.Verdict), Message: p.why()}
		} else {
			first := p.Incidents[0]
			one.Output = fmt.Sprintf("fires after %s, resolves %s", p.when(first.FiresAfter), p.end(&first))
			if p.Verdict == Assumed {
				one.Output += ": assumed, because " + p.Reason
			}
		}
		suite.Cases = append(suite.Cases, one)
	}
	return suite.Print(w)
}
