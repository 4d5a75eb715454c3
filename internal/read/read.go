// Package read reads what others wrote. Files come in, of any name: Prometheus rule files, PrometheusRule and other
// resources of Prometheus' operator, Grafana dashboards, Alertmanager configurations, metric expositions. Typed values go
// out, whose every text knows where each of its bytes stands in the user's file, also inside folded scalars, escapes and
// dashboards inside ConfigMaps. Nothing is judged here but whether a file can be read at all.
package read

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Set is everything that was found in the files, in the order of the files and inside them from top to bottom.
type Set struct {
	Files         []File
	Groups        []RuleGroup
	Dashboards    []Dashboard
	Alertmanagers []Alertmanager
	Monitors      []Monitor
	Services      []Service
	Prometheuses  []Prometheus
	Servers       []AlertmanagerServer
	Scrapings     []Scraping
	Values        []ChartValues
	Resources     []Resource // every Kubernetes resource, of whatever kind
	Kustomized    []Kustomization
	Secrets       []Value // Kubernetes Secrets: nothing in them is for others to read
	Settings      []Value // what may hold passwords in some of its fields: configurations, and resources of an operator
	Ignores       Ignores
}

// File is a file in which something was recognised.
type File struct {
	Path  string
	Kinds []string // what it holds, such as "rules" and "dashboard"; sorted, each once
	// Broken says that a part of the file could not be read, which is a finding.
	Broken bool
}

// The kinds of File.Kinds.
const (
	KindRules        = "rules"
	KindDashboard    = "dashboard"
	KindAlertmanager = "alertmanager"
	KindMonitor      = "monitor"
	KindService      = "service"
	KindPrometheus   = "prometheus"
	KindServer       = "alertmanager server"
	KindRouting      = "alertmanager routing" // AlertmanagerConfig
	KindScraping     = "scrape configuration"
	KindValues       = "chart values"
	KindKustomized   = "kustomization"
)

// Files reads files, and folders with all YAML and JSON files below them except in hidden folders. A file is what its
// content says. Findings are about files that cannot be read; in a folder, only about those that look like what is read
// here. The error is an I/O failure, such as a path that does not exist.
func Files(paths []string) (*Set, diag.List, error) {
	set := &Set{}
	var findings diag.List
	unread, err := each(paths, func(file foundFile, content []byte) {
		findings = append(findings, set.add(file.path, content, file.named)...)
	})
	if err != nil {
		return nil, nil, err
	}
	findings = append(findings, unread...)
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() && !set.tells(path, findings) {
			findings = append(findings, unrecognised(filepath.ToSlash(path), "folder"))
		}
	}
	return set, findings.Sort(), nil
}

// tells reports whether something was found below a folder.
func (set *Set) tells(folder string, findings diag.List) bool {
	isBelow := func(file string) bool {
		relative, err := filepath.Rel(folder, filepath.FromSlash(file))
		return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
	}
	return slices.ContainsFunc(set.Files, func(f File) bool { return isBelow(f.Path) }) ||
		slices.ContainsFunc(findings, func(d diag.Diagnostic) bool { return isBelow(d.Pos.File) })
}

// Content reads one file's content under a name, as Files does a file that the user named.
func Content(name string, data []byte) (*Set, diag.List) {
	set := &Set{}
	if problem := unreadable(name, data); problem != nil {
		return set, diag.List{*problem}
	}
	findings := set.add(name, data, true)
	return set, findings.Sort()
}

// add reads one file. named says that the user asked for this very file.
func (set *Set) add(name string, data []byte, named bool) diag.List {
	file := newFile(name, data)
	documents, problems := parse(file, name)
	r := &recogniser{set: set, kinds: map[string]bool{}}
	for _, document := range documents {
		r.document(document)
	}
	recognised := len(r.kinds) > 0
	if recognised {
		set.Files = append(set.Files, File{Path: name, Kinds: sortedKeys(r.kinds), Broken: problems.HasErrors() || r.findings.HasErrors()})
		problems = append(problems, set.Ignores.collect(file)...)
	}
	if !recognised && mostlyExposition(file.text) {
		if !named {
			return nil
		}
		return diag.List{{Code: "read/unrecognised", Severity: diag.Warning, Pos: diag.Pos{File: name},
			Message: "this is an exposition, which says what the metrics are", Help: "pass it with --metrics " + name}}
	}
	if named && !recognised && isForeignText(name, file.text, documents, problems) {
		stranger := unrecognised(name, "file")
		stranger.Severity, stranger.Message = diag.Error, "this is a text of another kind than what is read here"
		return diag.List{stranger}
	}
	findings := r.findings
	if recognised || looksFamiliar(file.text) || named {
		findings = append(findings, problems...)
	}
	if named && !recognised && len(findings) == 0 {
		findings = append(findings, unrecognised(name, "file"))
	}
	conceal(findings, file.text)
	return findings
}

// isForeignText reports whether a file that the user named cannot have been meant: prose or a program, and neither settings that
// belong to others nor settings with a mistake.
func isForeignText(name, text string, documents []*node, problems diag.List) bool {
	if looksFamiliar(text) || slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name))) {
		return false
	}
	if len(problems) > 0 {
		return !slices.ContainsFunc(problems, func(d diag.Diagnostic) bool { return d.Code != "read/syntax" })
	}
	return slices.ContainsFunc(documents, func(n *node) bool { return n.is(kindScalar) })
}

func unrecognised(name, thing string) diag.Diagnostic {
	return diag.Diagnostic{Code: "read/unrecognised", Severity: diag.Warning, Pos: diag.Pos{File: name},
		Message: "nothing in this " + thing + " is known here",
		Help: fmt.Sprintf("what is read: %s", "rule files, PrometheusRule, ServiceMonitor, PodMonitor, Service, Prometheus and Alertmanager resources, "+
			"Grafana dashboards, Alertmanager configurations, prometheus.yaml, values of kube-prometheus-stack, kustomizations")}
}

// sortedKeys are the keys of a map; nil of an empty one.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
