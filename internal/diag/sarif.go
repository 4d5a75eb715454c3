package diag

import (
	"io"
	"net/url"
	"path"
	"slices"
)

// The part of SARIF 2.1.0 (OASIS, docs.oasis-open.org/sarif/sarif/v2.1.0) that findings need.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		URI   string      `json:"informationUri"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID          string     `json:"id"`
		Description *sarifText `json:"shortDescription,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     Severity        `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

func printSARIF(w io.Writer, list List, sources sources, options Options) error {
	codes := make([]string, 0, len(list))
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	rules := make([]sarifRule, 0, len(codes))
	for _, code := range codes {
		rule := sarifRule{ID: code}
		if options.Describe != nil {
			rule.Description = &sarifText{options.Describe(code)}
		}
		rules = append(rules, rule)
	}
	results := make([]sarifResult, 0, len(list))
	for _, d := range list {
		index, _ := slices.BinarySearch(codes, d.Code)
		results = append(results, sarifResult{RuleID: d.Code, RuleIndex: index, Level: d.Severity,
			Message: sarifText{d.body()}, Locations: sarifLocations(d, sources, options)})
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:       sarifTool{sarifDriver{Name: "belfry", URI: "https://github.com/belfry-dev/belfry", Rules: rules}},
			ColumnKind: "unicodeCodePoints",
			Results:    results,
		}},
	})
}

func sarifLocations(d Diagnostic, sources sources, options Options) []sarifLocation {
	if !d.Pos.IsValid() {
		return nil
	}
	location := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(options.fromRoot(d.Pos.File))}}}
	if d.Pos.Line > 0 {
		start, end := sources.columns(d.Pos)
		location.Physical.Region = &sarifRegion{StartLine: d.Pos.Line, StartColumn: start, EndColumn: end}
	}
	if d.Path != "" {
		location.Logical = []sarifLogical{{d.Path}}
	}
	return []sarifLocation{location}
}

// fileURI escapes a path as a URI reference: relative ones stay relative to wherever the log is read.
func fileURI(file string) string {
	if path.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: file}).String()
	}
	return (&url.URL{Path: file}).String()
}
