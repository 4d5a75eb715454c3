package lint

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var kubernetesKustomization = &Check{
	Code: "kubernetes/kustomization", Severity: diag.Error, Warns: true,
	Summary: "a kustomization lists a file that is not there, or leaves one out",
	Why: "kustomize refuses to build where a resource is missing. A file beside the kustomization that it does not list is never " +
		"applied, although it looks deployed.",
	Run: func(p *Pass) {
		for _, kustomization := range p.Set.Kustomized {
			if _, err := os.Stat(kustomization.File); err != nil {
				continue // what is no file has nothing beside it
			}
			missing(p, kustomization)
		}
		leftOut(p)
	},
}

// missing reports entries that are no file and no folder. Addresses of remote resources have no end that tells them from folders.
func missing(p *Pass, kustomization read.Kustomization) {
	for _, entry := range kustomization.Resources {
		ext := path.Ext(entry.Value)
		if strings.Contains(entry.Value, "://") || strings.Contains(entry.Value, "?") || ext != ".yaml" && ext != ".yml" && ext != ".json" {
			continue
		}
		if _, err := os.Stat(path.Join(path.Dir(kustomization.File), entry.Value)); os.IsNotExist(err) {
			p.Report(Place{At: entry.At(), Owner: kustomization.Pos}, "correct the name, or remove the entry",
				"there is no file %s beside this kustomization", entry.Value)
		}
	}
}

// leftOut reports files with resources in a kustomization's folder that no kustomization lists.
func leftOut(p *Pass) {
	folders := map[string]bool{}
	listed := map[string]bool{}
	for _, kustomization := range p.Set.Kustomized {
		folder := path.Dir(kustomization.File)
		folders[folder] = true
		listed[kustomization.File] = true
		for _, entry := range slices.Concat(kustomization.Resources, kustomization.Others) {
			_, name, isPair := strings.Cut(entry.Value, "=") // of a generator: key=file
			if !isPair {
				name = entry.Value
			}
			listed[path.Join(folder, name)] = true
		}
	}
	for _, resource := range p.Set.Resources {
		file := resource.Pos.File
		if !folders[path.Dir(file)] || listed[file] || !p.monitors(resource) {
			continue
		}
		listed[file] = true // once a file
		p.Warn(Place{At: resource.Kind.At(), Owner: resource.Pos, Name: resource.Name.Value},
			"list the file under resources of the kustomization in its folder",
			"no kustomization lists %s: this %s is not applied", path.Base(file), resource.Kind.Value)
	}
}

// monitors reports a resource that belongs to the monitoring, or holds a dashboard or an Alertmanager's configuration.
func (f *Files) monitors(resource read.Resource) bool {
	return slices.Contains(appliedKinds, resource.Kind.Value) ||
		slices.ContainsFunc(f.Set.Dashboards, func(d read.Dashboard) bool { return d.Resource != nil && d.Resource.Pos == resource.Pos }) ||
		slices.ContainsFunc(f.Set.Alertmanagers, func(a read.Alertmanager) bool { return a.Resource != nil && a.Resource.Pos == resource.Pos })
}

// appliedKinds are the kinds of resources that monitoring is made of.
var appliedKinds = []string{"PrometheusRule", "ServiceMonitor", "PodMonitor", "Probe", "ScrapeConfig", "AlertmanagerConfig", "Prometheus",
	"Alertmanager"}
