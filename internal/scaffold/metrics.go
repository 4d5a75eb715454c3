package scaffold

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/sketch"
)

// Sketched is a spec that was made of an exposition.
type Sketched struct {
	Metrics int      // that are declared
	LeftOut []string // that are not, which the spec gives the reasons for
}

// Sketch fills in the spec from what a service exposes. It is compiled before it is handed out: metrics that a check refuses are
// left out with its words, and what the checks warn of is accepted, because the service is like that already.
func Sketch(o Options, metrics []read.Metric, from string) (Options, Sketched, error) {
	s := sketch.Of(metrics, from)
	o.Client = s.Client()
	for {
		o.Spec = map[string][]byte{MetricsPath: s.MetricsFile(), AlertsPath: s.AlertsFile(o.Service, Title(o.Service))}
		found, err := check(o, metrics)
		if err != nil {
			return o, Sketched{}, err
		}
		changed := false
		for _, d := range found {
			name, ok := metricOf(d)
			if d.Severity == diag.Error && ok {
				changed = s.LeaveOut(name, d.Message) || changed
			}
		}
		switch {
		case changed:
			continue
		case found.HasErrors():
			return o, Sketched{}, fmt.Errorf("this is a defect of Belfry: the spec that was made of %s is wrong: %s", from, found[0])
		}
		for _, d := range found {
			if name, ok := metricOf(d); ok {
				s.Accept(d.Code, name)
			}
		}
		o.Spec[MetricsPath] = s.MetricsFile()
		return o, Sketched{Metrics: s.Metrics(), LeftOut: s.LeftOut()}, nil
	}
}

// metricOf is the metric that a finding is about. Names of metrics that are declared hold no dots.
func metricOf(d diag.Diagnostic) (string, bool) {
	rest, ok := strings.CutPrefix(d.Path, "metrics.")
	name, _, _ := strings.Cut(rest, ".")
	return name, ok
}

// check compiles the spec in a folder of its own, compares it with what is exposed, and returns what is found.
func check(o Options, metrics []read.Metric) (diag.List, error) {
	dir, err := os.MkdirTemp("", "belfry-init-")
	if err != nil {
		return nil, fmt.Errorf("make a folder to check the spec in: %w", err)
	}
	defer os.RemoveAll(dir)
	made, err := Files(o)
	if err != nil {
		return nil, err
	}
	if _, err := Write(dir, made); err != nil {
		return nil, err
	}
	result, err := generator.Compile(generator.Options{
		Dir: dir, Packages: []string{"./" + path.Dir(MetricsPath)}, CheckOnly: true,
		Inspect: func(p *ir.Program) diag.List { return exposed.Compare(p, metrics) },
	})
	if err != nil {
		return nil, err
	}
	return result.Diagnostics, nil
}
