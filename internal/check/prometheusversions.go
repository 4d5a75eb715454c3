package check

import (
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var versionPrometheus = &Check{
	Code: "version/prometheus", Severity: diag.Error,
	Doc: Doc{
		Summary: "the spec uses what the oldest declared Prometheus does not know",
		Why: "Prometheus refuses a rule file with an unknown field or function as a whole: no alert of it is loaded. " +
			"platform.versions.prometheus says which version the output must load in.",
	},
	Run: func(p *Pass) {
		needs := func(path, what string, major, minor int) {
			if v := p.Program.Platform.Versions.Prometheus; !v.AtLeast(major, minor) {
				p.Report(path, "raise platform.versions.prometheus, or do without", "%s needs Prometheus %d.%d, and the spec declares %d.%d",
					what, major, minor, v.Major, v.Minor)
			}
		}
		for _, a := range p.Program.Alerts {
			if a.KeepFor > 0 {
				needs(a.Path+".keepFiringFor", "keepFiringFor", 2, 42)
			}
		}
		for _, m := range p.Program.Metrics {
			if m.Own() && m.Native && !m.Classic {
				needs(m.Path+".histogram", "a native histogram", 2, 40)
			}
		}
		for _, s := range p.Program.Signals {
			if s.Form == ir.FormExpr && s.Default != nil {
				eachFunction(s.Default.Expr, func(name string) {
					if since, ok := functionsSince[name]; ok {
						needs(s.Path+".expr", name+"()", since.Major, since.Minor)
					}
				})
			}
		}
	},
}

func eachFunction(expr parser.Expr, visit func(name string)) {
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if call, ok := node.(*parser.Call); ok {
			visit(call.Func.Name)
		}
		return nil
	})
}

// functionsSince are the functions that Prometheus learned after 2.25 and takes without a feature flag, by the version that
// brought them (Prometheus' CHANGELOG.md).
var functionsSince = map[string]ir.Version{
	"clamp": {Major: 2, Minor: 26}, "last_over_time": {Major: 2, Minor: 26}, "sgn": {Major: 2, Minor: 26},
	"present_over_time": {Major: 2, Minor: 29},
	"acos":              {Major: 2, Minor: 31}, "acosh": {Major: 2, Minor: 31}, "asin": {Major: 2, Minor: 31}, "asinh": {Major: 2, Minor: 31},
	"atan": {Major: 2, Minor: 31}, "atanh": {Major: 2, Minor: 31}, "cos": {Major: 2, Minor: 31}, "cosh": {Major: 2, Minor: 31},
	"sin": {Major: 2, Minor: 31}, "sinh": {Major: 2, Minor: 31}, "tan": {Major: 2, Minor: 31}, "tanh": {Major: 2, Minor: 31},
	"deg": {Major: 2, Minor: 31}, "rad": {Major: 2, Minor: 31}, "pi": {Major: 2, Minor: 31},
	"histogram_count": {Major: 2, Minor: 40}, "histogram_sum": {Major: 2, Minor: 40}, "histogram_fraction": {Major: 2, Minor: 40},
	"histogram_stddev": {Major: 2, Minor: 47}, "histogram_stdvar": {Major: 2, Minor: 47},
	"histogram_avg":   {Major: 2, Minor: 51},
	"first_over_time": {Major: 3, Minor: 14},
}
