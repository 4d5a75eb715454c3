// Package exporter writes what an exporter needs that exposes a metric in the service's stead: a Program comes in; for each
// metric with a source, the configuration of belfry-cost-exporter and the IAM policy of the role it runs under come out.
package exporter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
)

// Names of the files in the exporter's folder.
const (
	folder     = "exporter"
	configFile = "config.json"
	policyFile = "iam-policy.json"
)

// config is what belfry-cost-exporter reads (cmd/belfry-cost-exporter/config.go, in a module of its own whose tests read the
// reference's).
type config struct {
	Metric    string              `json:"metric"`
	Help      string              `json:"help"`
	Currency  string              `json:"currency"`
	Cost      string              `json:"cost"`
	GroupBy   string              `json:"groupBy,omitempty"`
	Label     string              `json:"label,omitempty"`
	MaxGroups int                 `json:"maxGroups,omitempty"`
	Tags      map[string][]string `json:"tags,omitempty"`
	Refresh   string              `json:"refresh"`
}

// policy is an IAM policy (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect, Action, Resource string
}

// readCosts is all that the exporter may do. Cost Explorer has no resources to narrow it to.
var readCosts = policy{"2012-10-17", []statement{{"Allow", "ce:GetCostAndUsage", "*"}}}

// Emit returns exporter/<name>/config.json and iam-policy.json for every metric that has an exporter; none where there is
// no service to run it beside.
func Emit(p *ir.Program) ([]artifact.Artifact, error) {
	if p.Service == nil {
		return nil, nil
	}
	var out []artifact.Artifact
	for _, m := range p.Exported() {
		cost := m.Exporter.CostExplorer
		written := config{
			Metric: m.Name, Help: m.Help, Currency: cost.Currency, Cost: cost.Metric, GroupBy: cost.GroupBy, Label: cost.Label,
			MaxGroups: cost.MaxGroups, Tags: cost.Tags, Refresh: model.Duration(cost.Refresh).String(),
		}
		for _, file := range []struct {
			name  string
			value any
		}{{configFile, written}, {policyFile, readCosts}} {
			data, err := print(file.value)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", file.name, m.Name, err)
			}
			out = append(out, artifact.Artifact{Path: path.Join(folder, m.Exporter.Name, file.name), Kind: artifact.Exporter, Data: data})
		}
	}
	return out, nil
}

// print writes a value as JSON that people read: a tag may hold < and &.
func print(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(value)
	return buffer.Bytes(), err
}

// Verify reads a file as the exporter does, strictly, and holds a policy to what the exporter needs. An error is a bug of
// Belfry.
func Verify(a artifact.Artifact) error {
	decoder := json.NewDecoder(bytes.NewReader(a.Data))
	decoder.DisallowUnknownFields()
	var err error
	switch path.Base(a.Path) {
	case configFile:
		var c config
		if err = decoder.Decode(&c); err == nil && (c.Metric == "" || c.Currency == "" || c.Cost == "" || (c.GroupBy == "") != (c.Label == "")) {
			err = errors.New("it does not say what is read")
		}
	case policyFile:
		var p policy
		if err = decoder.Decode(&p); err == nil && (len(p.Statement) != 1 || p.Statement[0] != readCosts.Statement[0]) {
			err = errors.New("it allows something else than reading costs")
		}
	default:
		err = errors.New("no exporter reads it")
	}
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more than one value in it")
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	return nil
}
