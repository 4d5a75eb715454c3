package grafana_test

import (
	"testing"

	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/internal/ir"
)

func emitOnly(b *testing.B, p *ir.Program) {
	b.Helper()
	if _, err := grafana.Emit(p); err != nil {
		b.Fatal(err)
	}
}

// twelve has two dashboards of twelve panels each.
func twelve() *ir.Program {
	p := program()
	p.SLOs, p.Dashboards = nil, nil
	for _, name := range []string{"one", "two"} {
		board := operations()
		board.Name = name
		board.Rows[0].Panels = append(board.Rows[0].Panels, board.Rows[1].Panels...)
		p.Dashboards = append(p.Dashboards, board)
	}
	return p
}

func BenchmarkEmitTwoDashboards(b *testing.B) {
	p := twelve()
	for b.Loop() {
		emitOnly(b, p)
	}
}

func BenchmarkVerifyTwoDashboards(b *testing.B) {
	artifacts, err := grafana.Emit(twelve())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, a := range artifacts {
			if err := grafana.Verify(a); err != nil {
				b.Fatal(err)
			}
		}
	}
}
