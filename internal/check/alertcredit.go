package check

import (
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

var alertCredit = &Check{
	Code: "alert/credit", Severity: diag.Warning,
	Doc: Doc{
		Summary: "an alert takes the increase of a cost that credits may lower",
		Why: "increase() takes each fall for a new month that began at zero. A credit that lowers the month to date from $1,000 to $990 would be " +
			"an increase by $990, and wake somebody. delta() of it falls with the credit, and with the new month.",
	},
	Run: func(p *Pass) {
		for _, a := range p.Program.Alerts {
			if a.Query == nil {
				continue
			}
			eachRange(a.Query.Expr, func(function string, selector *parser.MatrixSelector) {
				vector, ok := selector.VectorSelector.(*parser.VectorSelector)
				if !ok || function != "increase" && function != "rate" {
					return
				}
				i := slices.IndexFunc(p.Program.Metrics, func(m *ir.Metric) bool { return m.Name == vector.Name && m.Exporter != nil && m.Resets })
				if i < 0 {
					return
				}
				over := unit.FormatDuration(selector.Range)
				p.Report(a.Path, fmt.Sprintf(`alert on a signal of expr: "sum(delta(%s[%s]))", or accept it with a reason`, vector.Name, over),
					"%s reads %s() of %s, which a credit lowers: the whole cost of the month would count as an increase", a.Name, function, vector.Name)
			})
		}
	},
}
