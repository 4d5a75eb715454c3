// Package python writes the Python module by which a service records its metrics, over prometheus_client: a Program comes in,
// source files go out. What is exposed carries the names, labels and buckets of the spec exactly.
//
// Everything is decided here, in views (view.go, metric.go) and names (names.go); the templates only lay out.
package python

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// Emit returns the module python/<module>.py and beside it test_<module>.py, a test of what is exposed. It returns none where
// the spec asks for no Python code or the service has no metrics of its own. The error is a *templates.Error where a template
// that the user replaced fails; otherwise it is a bug, or a metric that the checks refuse.
func Emit(p *ir.Program, set *templates.Set) ([]artifact.Artifact, error) {
	if p.Instrument == nil || p.Instrument.PythonModule == "" {
		return nil, nil
	}
	view, err := newModuleView(p)
	if err != nil || len(view.Metrics) == 0 {
		return nil, err
	}
	folder, name := path.Split("python/" + strings.ReplaceAll(view.Module, ".", "/"))
	var files []artifact.Artifact
	for _, source := range []struct{ template, name string }{
		{"metrics.py.tmpl", name + ".py"}, {"metrics_test.py.tmpl", "test_" + name + ".py"},
	} {
		text, err := set.Execute(source.template, view)
		if err != nil {
			return nil, err
		}
		files = append(files, artifact.Artifact{Path: folder + source.name, Kind: artifact.Python, Data: tidy(text)})
	}
	return files, nil
}

// gaps are more empty lines than Python's style has between two definitions.
var gaps = regexp.MustCompile(`\n{4,}`)

// tidy leaves at most two empty lines between the parts that templates made, and ends with one line break. Texts of the user
// hold no line breaks of their own: they are quoted.
func tidy(text []byte) []byte {
	return append(gaps.ReplaceAll(bytes.TrimSpace(text), []byte("\n\n\n")), '\n')
}
