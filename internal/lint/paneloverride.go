package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelOverride = &Check{
	Code: "panel/override", Severity: diag.Error, Warns: true,
	Summary: "an override applies to nothing",
	Why: "An override finds its fields by their names, which are the legends of the queries. After a query or a legend is renamed it does " +
		"nothing, without a word: the series has the panel's unit, colour and axis. That is a warning, because it may be left over. A property " +
		"that Grafana does not know is an error.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			names := panel.fields()
			for _, t := range panel.Transformations {
				names, _ = names.after(t)
			}
			for _, o := range panel.Overrides {
				checkMatcher(p, panel, names, o)
				checkProperties(p, panel, o)
			}
		}
	},
}

func checkMatcher(p *Pass, panel Panel, names fields, o read.Override) {
	option := o.Options.Text()
	at := panel.At(option.At())
	switch o.Matcher.Value {
	case "byName":
		if !names.has(option.Value) {
			p.Warn(at, names.help(), "no field of the panel is called %q", option.Value)
		}
	case "byRegexp":
		pattern, ok := scriptPattern(option.Value)
		if ok && names.complete && !slices.ContainsFunc(names.possible(), pattern.MatchString) {
			p.Warn(at, names.help(), "no field of the panel matches %s", option.Value)
		}
	case "byFrameRefID":
		if option.Value == "" || panel.Transformed() || !panel.ownsQueries() {
			return
		}
		isTarget := func(t read.Target) bool { return t.RefID.Value == option.Value }
		if !slices.ContainsFunc(panel.Targets, isTarget) {
			p.Warn(at, "name one of the panel's queries", "the panel has no query %s", option.Value)
		}
	}
}

// ownsQueries reports whether the panel has queries, and does not show the results of another panel.
func (p Panel) ownsQueries() bool {
	return len(p.Targets) > 0 && p.Datasource.UID.Value != "-- Dashboard --" && !slices.ContainsFunc(p.Targets, func(t read.Target) bool {
		return t.Datasource.UID.Value == "-- Dashboard --"
	})
}

// scriptPattern reads a regular expression as Grafana does: between slashes, with flags, or as it is. Those that Go's syntax
// does not have, such as lookaheads, are not known here.
func scriptPattern(text string) (*regexp.Regexp, bool) {
	if len(read.VariablesIn(text)) > 0 || text == "" {
		return nil, false
	}
	if inner, ok := strings.CutPrefix(text, "/"); ok {
		end := strings.LastIndexByte(inner, '/')
		if end < 0 {
			return nil, false
		}
		text = inner[:end]
		if strings.Contains(inner[end:], "i") {
			text = "(?i)" + text
		}
	}
	pattern, err := regexp.Compile(text)
	return pattern, err == nil
}

// standardProperties are what an override can set in any panel; others begin with custom. (packages/grafana-ui and
// public/app/core, getAllStandardFieldConfigs).
var standardProperties = []string{"unit", "min", "max", "fieldMinMax", "decimals", "displayName", "displayNameFromDS", "description", "noValue",
	"color", "thresholds", "mappings", "links", "actions", "filterable", "path", "writeable", "interval", "type"}

func checkProperties(p *Pass, panel Panel, o read.Override) {
	if !slices.Contains(corePanels, panel.Type.Value) {
		return
	}
	for _, property := range o.Properties {
		id := property.ID.Value
		if id == "" || strings.Contains(id, ".") || slices.Contains(standardProperties, id) {
			continue
		}
		help := "write custom." + id + " where it is an option of the panel"
		if best, ok := diag.Closest(id, standardProperties); ok {
			help = "did you mean " + best + "?"
		}
		p.Report(panel.At(property.ID.At()), help, "there is no property %s", id)
	}
}
