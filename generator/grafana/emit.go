// Package grafana makes Grafana's dashboards and its provisioning files. A Program comes in; dashboards as classic JSON,
// those of the SLOs, and provisioning YAML go out. Verify reads what went out as strictly as it was written.
package grafana

import (
	"fmt"
	"slices"

	"github.com/belfry-dev/belfry/internal/artifact"
	encoding "github.com/belfry-dev/belfry/internal/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
)

// Schema versions of the dashboard JSON. From 36 on, that is from Grafana 8.3, a data source is named by an object; 30 is
// what Grafana 8.0 writes. Newer Grafanas bring either up to date when they open it.
const (
	schemaVersion       = 36
	schemaVersionBefore = 30
)

// Emit makes grafana/dashboards/*.json and grafana/provisioning/… An error is a bug of ours.
func Emit(p *ir.Program) ([]artifact.Artifact, error) {
	boards := slices.Concat(p.Dashboards, sloDashboards(p))
	artifacts := make([]artifact.Artifact, 0, len(boards)+2)
	for _, board := range boards {
		source := newBuilder(p).dashboard(board)
		data, err := encoding.Encode(source)
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", board.Name, err)
		}
		artifacts = append(artifacts, artifact.Artifact{
			Path: "grafana/dashboards/" + board.Name + ".json", Kind: artifact.Dashboards, Data: data, Source: source,
		})
	}
	provisioning, err := provision(p, len(boards) > 0)
	if err != nil {
		return nil, err
	}
	return append(artifacts, provisioning...), nil
}

// builder makes one dashboard: it counts the panels and knows what the declared Grafana reads.
type builder struct {
	refs  references
	named bool // data sources are strings, as before Grafana 8.3
	panel uint32
}

func newBuilder(p *ir.Program) *builder {
	named := !p.Platform.Versions.Grafana.AtLeast(8, 3)
	return &builder{refs: newReferences(named), named: named}
}

// dashboard is the whole dashboard. It has no id and no version, because Grafana counts those itself.
func (b *builder) dashboard(d *ir.Dashboard) *dashboard.Dashboard {
	version := uint16(schemaVersion)
	if b.named {
		version = schemaVersionBefore
	}
	board := &dashboard.Dashboard{
		Uid:           &d.UID,
		Title:         &d.Title,
		Tags:          d.Tags,
		Timezone:      new("browser"),
		Editable:      new(false),
		GraphTooltip:  new(dashboard.DashboardCursorSyncCrosshair),
		Time:          &dashboard.DashboardDashboardTime{From: "now-" + interval(d.From), To: "now"},
		LiveNow:       new(false),
		Refresh:       new(interval(d.Refresh)),
		SchemaVersion: version,
		Panels:        b.rows(d.Rows),
		Templating:    dashboard.DashboardDashboardTemplating{List: b.variables(d.Variables)},
		Annotations:   dashboard.AnnotationContainer{List: b.annotations(d.Annotations)},
		Links:         links(d.Links),
	}
	if d.Description != "" {
		board.Description = &d.Description
	}
	return board
}
