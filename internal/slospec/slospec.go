// Package slospec reads objectives that were written for other tools, Sloth's prometheus/v1 and OpenSLO's v1, and says them
// in Belfry's spec language. Documents come in; CUE goes out, with a finding for everything that it cannot say.
package slospec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// objective is one SLO as a file gives it, whatever the tool.
type objective struct {
	name, title, help string
	at                diag.Pos
	service           read.Text
	team, component   string
	target            float64 // the good share, between 0 and 1
	targetAt          diag.Pos
	window            string
	note              string
	indicator         indicator
	slices            read.Text // OpenSLO's budgeting method, where it counts slices of time
	calendar          string    // month or week, where the window follows the calendar
	runbook           string
	labels            []labelValue // static labels of all its alerts
	page, ticket      burnAlert
	goodBelow         bool   // evaluations of a figure are good below the indicator's limit
	onlySignal        string // why no SLO can be made of it; empty where one can
	notes             []string
}

// burnAlert is what a file says of one of the two alerts.
type burnAlert struct {
	disabled       bool
	name, severity string
	labels         []labelValue
	off            []string // tiers that could never fire, or do not fit into the window
}

type labelValue struct{ name, value string }

// indicator is what an objective measures: two queries that count events, or one that is none of that.
type indicator struct {
	part, total query // part counts good or bad events
	whole       query // one query instead of the two: a ratio, or a figure
	good        bool
	counters    bool // the queries select counters and leave the rate to the tool
	limit       *limit
}

// limit is what an OpenSLO threshold metric is compared with.
type limit struct {
	below bool // good values are below it
	value float64
	at    diag.Pos
}

// importer collects what the files say.
type importer struct {
	findings   diag.List
	services   map[string]openSLOService
	indicators map[string]read.Value // OpenSLO's SLI by name
	sources    map[string]string     // types of OpenSLO's DataSources by name
	objectives []*objective
	general    map[string][]string // what is said of all objectives of a service
	lost       []string            // what is said of objectives of which nothing is left
}

// Import says the files' objectives in CUE; nil where there are none that it can say. service chooses one of several
// services, because a package of specs has one.
func Import(files []read.Untyped, service string) ([]byte, diag.List) {
	i := &importer{services: map[string]openSLOService{}, indicators: map[string]read.Value{}, sources: map[string]string{}, general: map[string][]string{}}
	for _, file := range files {
		for _, document := range file.Documents {
			i.definition(document)
		}
	}
	for _, file := range files {
		known := false
		for _, document := range file.Documents {
			known = i.document(document) || known
		}
		if !known && file.Named && !file.Broken {
			i.report(codeNothing, diag.Pos{File: file.Path}, "what is read: Sloth's prometheus/v1 and PrometheusServiceLevel, and OpenSLO's openslo/v1",
				"this file holds no objectives that are known here")
		}
	}
	i.choose(service)
	if len(i.objectives) > 0 {
		if made := i.pack(files); made.hasSignal() {
			return made.print(), i.findings.Sort()
		}
	}
	isBroken := slices.ContainsFunc(files, func(file read.Untyped) bool { return file.Broken })
	if !i.findings.HasErrors() && !isBroken {
		i.report(codeNothing, diag.Pos{}, "look at what is left out", "the files hold no objectives that can be carried over")
	}
	return nil, i.findings.Sort()
}

// definition remembers what other documents may refer to.
func (i *importer) definition(document read.Value) {
	if !isOpenSLO(document) {
		return
	}
	name, spec := document.Field("metadata", "name").Text().Value, document.Field("spec")
	switch document.Field("kind").Text().Value {
	case "Service":
		i.services[name] = openSLOService{document.Field("metadata", "displayName").Text().Value, spec.Field("description").Text().Value}
	case "SLI":
		i.indicators[name] = document
	case "DataSource":
		i.sources[name] = spec.Field("type").Text().Value
	}
}

// document reads one document; false where it is none of the formats.
func (i *importer) document(document read.Value) bool {
	switch {
	case document.Field("version").Text().Value == "prometheus/v1":
		i.sloth(document)
	case strings.HasPrefix(document.Field("apiVersion").Text().Value, "sloth.slok.dev/") &&
		document.Field("kind").Text().Value == "PrometheusServiceLevel":
		i.resource(document)
	case isOpenSLO(document):
		i.openSLO(document)
	case strings.HasPrefix(document.Field("apiVersion").Text().Value, "openslo"):
		i.report(codeInvalid, document.Field("apiVersion").Pos(), "turn it into openslo/v1: the oslo command does", "version %s of OpenSLO is not read",
			document.Field("apiVersion").Text().Value)
	default:
		return false
	}
	return true
}

// choose keeps the objectives of one service.
func (i *importer) choose(service string) {
	var names []string
	chosen := i.objectives[:0:0]
	for _, o := range i.objectives {
		if name := o.service.Value; !slices.Contains(names, name) {
			names = append(names, name)
		}
		if o.service.Value == service {
			chosen = append(chosen, o)
		}
	}
	switch {
	case service != "":
		if len(chosen) == 0 && len(names) > 0 {
			i.report(codeServices, i.objectives[0].service.At(), "choose one of "+strings.Join(names, ", "), "no objective is of the service %s", service)
		}
		i.objectives = chosen
	case len(names) > 1:
		i.report(codeServices, otherService(i.objectives), "import them one at a time, each into a package of its own: --service "+names[0],
			"a package has one service, and the files have %d: %s", len(names), strings.Join(names, ", "))
		i.objectives = nil
	}
}

// otherService is where the second service begins.
func otherService(objectives []*objective) diag.Pos {
	for _, o := range objectives {
		if o.service.Value != objectives[0].service.Value {
			return o.service.At()
		}
	}
	return diag.Pos{}
}

// report adds an error. What is invalid is left out of the spec, which says so.
func (i *importer) report(code string, at diag.Pos, help, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	i.findings = append(i.findings, diag.Diagnostic{Code: code, Severity: diag.Error, Pos: at, Message: message, Help: help})
	if code == codeInvalid {
		i.lost = append(i.lost, "left out: "+message+" ("+at.String()+")")
	}
}

// say adds a warning, and the same to the comments at its place.
func (i *importer) say(code string, at diag.Pos, comments *[]string, help, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	i.findings = append(i.findings, diag.Diagnostic{Code: code, Severity: diag.Warning, Pos: at, Message: message, Help: help})
	*comments = append(*comments, message)
}
