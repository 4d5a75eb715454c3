package lint

import (
	"path"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// releaseLabel is what kube-prometheus-stack selects rules and monitors by, unless its values say otherwise.
const releaseLabel = "release"

// otherLabel is what kube-prometheus' own servers select by (github.com/prometheus-operator/kube-prometheus).
const otherLabel = "prometheus"

// selectedKinds are what Prometheus' operator selects by labels.
var selectedKinds = []string{"PrometheusRule", "ServiceMonitor", "PodMonitor"}

// unlikeOthers warns of a resource that lacks the label release, or has nearly the value of others, where the resources beside it tell
// that the Prometheus, which is in no file, asks for it.
func unlikeOthers(p *Pass, r *read.Resource) {
	if slices.ContainsFunc(p.Set.Resources, func(o read.Resource) bool { return slices.Contains(otherLoaders, o.Kind.Value) }) {
		return
	}
	own := read.Find(r.Labels, releaseLabel)
	var with, alike []*read.Resource
	without := 0
	for _, other := range p.selectedIn(path.Dir(r.Pos.File)) {
		switch label := read.Find(other.Labels, releaseLabel); {
		case label.Value == "":
			without++
		case label.Value == own.Value:
			alike = append(alike, other)
		default:
			with = append(with, other)
		}
	}
	place := resourcePlace(r)
	if own.Value == "" {
		if len(with) >= without && len(with) > 0 && read.Find(r.Labels, otherLabel).IsZero() {
			unlabelled(p, place, r, with[0])
		}
		return
	}
	// Of two the later one is told.
	slip := slices.IndexFunc(with, func(o *read.Resource) bool { return diag.IsSlip(read.Find(o.Labels, releaseLabel).Value, own.Value) })
	if slip < 0 || len(alike) > len(with) || len(alike) == len(with) && isBefore(r.Pos, with[slip].Pos) {
		return
	}
	meant := read.Find(with[slip].Labels, releaseLabel)
	place.At = own.At()
	p.Warn(place.Noting("%s %s has it at %s", with[slip].Kind.Value, with[slip].Name.Value, meant.At()), "did you mean "+meant.Value+"?",
		"this %s has release: %s, and the %s beside it release: %s", r.Kind.Value, own.Value, with[slip].Kind.Value, meant.Value)
}

// selectedIn are the resources of a folder that Prometheus' operator selects by labels.
func (f *Files) selectedIn(folder string) []*read.Resource {
	if f.selected == nil {
		f.selected = map[string][]*read.Resource{}
		for i := range f.Set.Resources {
			if r := &f.Set.Resources[i]; slices.Contains(selectedKinds, r.Kind.Value) {
				f.selected[path.Dir(r.Pos.File)] = append(f.selected[path.Dir(r.Pos.File)], r)
			}
		}
	}
	return f.selected[folder]
}

// unlabelled reports a resource without the label that another has.
func unlabelled(p *Pass, place Place, r, other *read.Resource) {
	label := read.Find(other.Labels, releaseLabel)
	help := "give it the label release: " + label.Value + ", if the same Prometheus is to load both"
	for _, pair := range r.Labels {
		if diag.IsSlip(pair.Name.Value, releaseLabel) {
			place.At, help = pair.Name.At(), "did you mean release?"
		}
	}
	p.Warn(place.Noting("it stands at %s", label.At()), help, "this %s has no label release, which %s %s has", r.Kind.Value,
		other.Kind.Value, other.Name.Value)
}

func isBefore(a, b diag.Pos) bool { return a.File < b.File || a.File == b.File && a.Line < b.Line }
