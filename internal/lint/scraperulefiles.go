package lint

import (
	"path"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var scrapeRuleFiles = &Check{
	Code: "scrape/rule-files", Severity: diag.Warning,
	Summary: "prometheus.yaml loads none of the rule files beside it",
	Why: "Prometheus loads what its patterns match and says nothing where that is no file: the rules look deployed and are never " +
		"evaluated. Only paths relative to prometheus.yaml are looked at: absolute ones are of the machine where Prometheus runs.",
	Run: func(p *Pass) {
		for _, scraping := range p.Set.Scrapings {
			names := p.rulesBeside(scraping.File)
			elsewhere := slices.ContainsFunc(scraping.RuleFiles, func(pattern read.Text) bool { return path.IsAbs(pattern.Value) })
			loaded := slices.ContainsFunc(scraping.RuleFiles, func(pattern read.Text) bool { return slices.ContainsFunc(names, endsIn(pattern)) })
			if len(names) == 0 || elsewhere || loaded || len(scraping.RuleFiles) == 0 {
				continue
			}
			pattern := scraping.RuleFiles[0]
			p.Report(Place{At: pattern.At(), Owner: scraping.Pos},
				meant(path.Base(pattern.Value), names, "name the files that hold the rules: "+listed(distinct(names))),
				"none of the rule files beside this is loaded: none is named %s", path.Base(pattern.Value))
		}
	},
}

// rulesBeside are the names of files with rules in the folder of a file and below.
func (f *Files) rulesBeside(name string) []string {
	var names []string
	for _, file := range f.Set.Files {
		if slices.Contains(file.Kinds, read.KindRules) && isBelow(file.Path, path.Dir(name)) {
			names = append(names, path.Base(file.Path))
		}
	}
	return names
}

// endsIn says whether a file name is what a pattern ends in.
func endsIn(pattern read.Text) func(name string) bool {
	return func(name string) bool {
		matched, err := path.Match(path.Base(pattern.Value), name)
		return matched || err != nil // a pattern that is none is another mistake
	}
}
