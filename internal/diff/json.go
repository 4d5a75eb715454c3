package diff

import (
	"encoding/json"
	"io"
)

// The shape of the JSON report.
type (
	jsonReport struct {
		Version    int              `json:"version"`
		Base       string           `json:"base"`
		Head       string           `json:"head"`
		Dangerous  int              `json:"dangerous"`
		Changes    []jsonChange     `json:"changes"` // never null
		Evaluation jsonCost         `json:"evaluation"`
		Files      []jsonFile       `json:"files"` // never null
		Uncompared []jsonUncompared `json:"uncompared,omitempty"`
	}
	jsonChange struct {
		Change  string   `json:"change"` // added, removed or changed
		Kind    Kind     `json:"kind"`
		Name    string   `json:"name"`
		Danger  bool     `json:"dangerous"`
		Text    string   `json:"text"`
		Details []string `json:"details,omitempty"`
		Where   []string `json:"where,omitempty"`
	}
	jsonCost struct {
		Before float64 `json:"samplesPerHourBefore"`
		After  float64 `json:"samplesPerHourAfter"`
		Basis  string  `json:"basis"`
	}
	jsonFile struct {
		Change string `json:"change"`
		Path   string `json:"path"`
	}
	jsonUncompared struct {
		Package string `json:"package"`
		Side    string `json:"broken"`
	}
)

var markWords = map[Mark]string{Added: "added", Removed: "removed", Changed: "changed"}

// JSON writes everything for programs.
func (r *Report) JSON(w io.Writer) error {
	report := jsonReport{
		Version: 1, Base: r.Base, Head: r.Head, Dangerous: r.Dangerous(), Changes: []jsonChange{}, Files: []jsonFile{},
		Evaluation: jsonCost{r.Cost.Before, r.Cost.After, Estimate},
	}
	for _, c := range r.Changes {
		report.Changes = append(report.Changes, jsonChange{markWords[c.Mark], c.Kind, c.Name, c.Danger, c.Text, c.Details, c.Where})
	}
	for _, f := range r.Files {
		report.Files = append(report.Files, jsonFile{markWords[f.Mark], f.Path})
	}
	for _, u := range r.Uncompared {
		report.Uncompared = append(report.Uncompared, jsonUncompared(u))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}
