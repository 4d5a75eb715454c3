package check

import "github.com/belfry-dev/belfry/internal/diag"

var signalUnused = &Check{
	Code: "signal/unused", Severity: diag.Warning,
	Doc: Doc{
		Summary: "no alert, SLO, panel or other signal uses a signal",
		Why:     "A signal alone produces nothing: nobody is told and nobody sees it.",
	},
	Run: func(p *Pass) {
		for _, s := range p.Program.Signals {
			if !s.Used {
				p.Report(s.Path, "draw it in a panel, watch it in an alert, or remove it", "nothing uses signal %s", s.Name)
			}
		}
	},
}
