// Package transform holds the options of the transformations that Belfry's tables use. The Foundation SDK leaves these
// untyped; names are those of Grafana's packages/grafana-data/src/transformations.
package transform

// The ids of the transformations.
const (
	MergeID    = "merge"
	OrganizeID = "organize"
)

// Merge joins the results of several queries into one table whose rows agree in every shared label. It has no options.
type Merge struct{}

// Organize hides, orders and renames columns, by their name before.
type Organize struct {
	ExcludeByName map[string]bool   `json:"excludeByName"`
	IndexByName   map[string]int    `json:"indexByName"`
	RenameByName  map[string]string `json:"renameByName"`
}
