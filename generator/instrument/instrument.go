// Package instrument writes the Go package by which a service records its metrics, over client_golang: a Program comes
// in, source files go out. What is exposed carries the names, labels and buckets of the spec exactly.
//
// Everything is decided here, in views (view.go) and identifiers (identifier.go, names.go); the templates only lay out.
package instrument

import (
	"go/format"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// sources are the files of the package, each with what it is needed for. A file's template is its name with ".tmpl".
var sources = []struct {
	name   string
	needed func(*packageView) bool
}{
	{"metrics.go", func(*packageView) bool { return true }},
	{"counters.go", func(v *packageView) bool { return len(v.Counters) > 0 }},
	{"gauges.go", func(v *packageView) bool { return len(v.Gauges) > 0 }},
	{"histograms.go", func(v *packageView) bool { return len(v.Histograms) > 0 }},
	{"infos.go", func(v *packageView) bool { return len(v.Infos) > 0 }},
	{"tracking.go", func(v *packageView) bool { return v.HasCounter || v.HasDurationHistogram }},
	{"http.go", func(v *packageView) bool { return v.HTTP != nil }},
	{"labels.go", func(v *packageView) bool { return len(v.Enums) > 0 }},
	{"series.go", func(v *packageView) bool { return v.HasLazy }},
	{"metrics_test.go", func(*packageView) bool { return true }},
}

// Emit returns the files of go/<package>: one a kind of metric, the label types, and a test of what is exposed. It
// returns none where the spec asks for no Go code or the service has no metrics of its own. The error is a
// *templates.Error where a template that the user replaced fails or makes no Go code; otherwise it is a bug, or a metric
// that the checks refuse.
func Emit(p *ir.Program, set *templates.Set) ([]artifact.Artifact, error) {
	if p.Instrument == nil || p.Instrument.GoPackage == "" {
		return nil, nil
	}
	view, err := newPackageView(p)
	if err != nil || len(view.Metrics) == 0 {
		return nil, err
	}
	var files []artifact.Artifact
	for _, source := range sources {
		if !source.needed(view) {
			continue
		}
		text, err := set.Execute(source.name+".tmpl", view)
		if err != nil {
			return nil, err
		}
		formatted, err := format.Source(text)
		if err != nil {
			return nil, set.Fail(source.name+".tmpl", "templates/go", err)
		}
		path := strings.Join([]string{"go", view.Package, source.name}, "/")
		files = append(files, artifact.Artifact{Path: path, Kind: artifact.Go, Data: formatted})
	}
	return files, nil
}
