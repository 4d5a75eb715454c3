package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var kubernetesDashboard = &Check{
	Code: "kubernetes/dashboard", Severity: diag.Warning,
	Summary: "Grafana's sidecar does not load a dashboard, or loads another over it",
	Why: "The sidecar takes ConfigMaps that carry its label, grafana_dashboard unless the chart's values say otherwise, and writes " +
		"each of their values into a file of the key's name: of two ConfigMaps with one key and one folder, the later one wins.",
	Run: func(p *Pass) {
		sidecar, used := p.sidecar()
		if !used {
			return
		}
		files := map[dashboardFile]*read.Dashboard{}
		for i := range p.Set.Dashboards {
			board := &p.Set.Dashboards[i]
			if board.Resource == nil || board.Resource.Kind.Value != "ConfigMap" || p.changes(board.File) {
				continue
			}
			notTaken(p, board, sidecar)
			file := dashboardFile{board.Key.Value, read.Find(board.Resource.Annotations, sidecar.folder).Value}
			first := files[file]
			switch {
			case first == nil:
				files[file] = board
			case first.Resource.Name.Value != board.Resource.Name.Value:
				p.Report(boardPlace(board, board.Key.At()).Noting("the other one is at %s", first.Key.At()), "give each dashboard a key of its own",
					"ConfigMap %s has the same key: the sidecar writes both to one file", first.Resource.Name.Value)
			}
		}
	},
}

// dashboardFile is the file that the sidecar makes of a value.
type dashboardFile struct{ key, folder string }

// sidecar is what the sidecar looks for.
type sidecar struct{ label, value, folder string }

func boardPlace(board *read.Dashboard, at diag.Pos) Place {
	return Place{At: at, Owner: board.Resource.Pos, Name: board.Title.Value}
}

// sidecar is what loads the files' dashboards; false where they may be mounted instead.
func (f *Files) sidecar() (sidecar, bool) {
	found := sidecar{label: "grafana_dashboard", folder: "grafana_folder"}
	used := false
	for _, values := range f.Set.Values {
		if values.Sidecar.Disabled {
			return found, false
		}
		used = true
		if values.Sidecar.Label.Value != "" {
			found.label = values.Sidecar.Label.Value
		}
		if values.Sidecar.FolderAnnotation.Value != "" {
			found.folder = values.Sidecar.FolderAnnotation.Value
		}
		found.value = "1" // the chart's default
		if !values.Sidecar.LabelValue.IsZero() {
			found.value = values.Sidecar.LabelValue.Value
		}
	}
	return found, used || slices.ContainsFunc(f.Set.Dashboards, func(d read.Dashboard) bool {
		return d.Resource != nil && !read.Find(d.Resource.Labels, found.label).IsZero()
	})
}

// notTaken reports a ConfigMap that the sidecar leaves alone.
func notTaken(p *Pass, board *read.Dashboard, sidecar sidecar) {
	label := read.Find(board.Resource.Labels, sidecar.label)
	switch {
	case label.IsZero():
		p.Report(boardPlace(board, board.Resource.Name.At()), "give the ConfigMap the label "+sidecar.label+`: "1"`,
			"the sidecar does not load this dashboard: its ConfigMap lacks the label %s", sidecar.label)
	case sidecar.value != "" && label.Value != sidecar.value:
		p.Report(boardPlace(board, label.At()), "write "+sidecar.value, "the sidecar does not load this dashboard: it asks for %s: %q",
			sidecar.label, sidecar.value)
	}
}
