package slospec

import (
	"maps"
	"slices"
	"strings"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// service is the service of a package.
type service struct {
	name, title, description string
	namespace, team, job     string
	guessed                  []string
	notes                    []string
}

// What stands in for what the files do not say. kubernetesName is what names of Services and namespaces may be.
const (
	unknownNamespace = "default"
	unknownTeam      = "unknown"
)

var (
	kubernetesName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$`)
	notInTeam      = regexp.MustCompile(`[^-_a-zA-Z0-9]+`)
)

// clientBuckets are the buckets that a histogram has where the program chooses none
// (github.com/prometheus/client_golang, prometheus.DefBuckets), in seconds.
var clientBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// describe fills in the service from what the objectives agree on, and says what is guessed.
func (i *importer) describe(p *pack) {
	first := i.objectives[0]
	given := first.service.Value
	s := &p.service
	s.name = resourceName(given)
	s.notes = append(s.notes, i.general[given]...)
	if s.name != given {
		i.say(codeChanged, first.service.At(), &s.notes, "say so where the name is matched", "the service %s is called %s", given, s.name)
	}
	if known, ok := i.services[given]; ok {
		s.title, s.description = known.title, oneLine(known.description)
	}
	for _, o := range i.objectives {
		team := strings.Trim(notInTeam.ReplaceAllString(o.team, "-"), "-_")
		if s.team == "" {
			s.team = team
		}
		if team != o.team || team != "" && team != s.team {
			i.say(codeChanged, o.at, &s.notes, "give each team a package of its own, or leave it", "the team of %s is %s instead of %s",
				o.name, s.team, o.team)
		}
	}
	s.job = p.agreed("job")
	s.namespace = p.agreed("namespace")
	if !kubernetesName.MatchString(s.namespace) {
		s.namespace = ""
	}
	p.withoutWhere("job", s.job)
	p.withoutWhere("namespace", s.namespace)
	i.guess(p, first.service.At())
}

// guess fills in what no file says.
func (i *importer) guess(p *pack, at diag.Pos) {
	s := &p.service
	if s.job == "" {
		s.job = s.name
		s.guessed = append(s.guessed, "scrape (queries select job="+s.job+")")
	} else {
		s.guessed = append(s.guessed, "scrape")
	}
	if s.namespace == "" {
		s.namespace = unknownNamespace
		s.guessed = append(s.guessed, "namespace (queries select namespace="+s.namespace+")")
	}
	if s.team == "" {
		s.team = unknownTeam
		s.guessed = append(s.guessed, "team")
	}
	s.guessed = append(s.guessed, "client")
	more := ""
	if len(p.metrics) > 0 {
		more = ", and of its metrics help and how many values a label has"
	}
	if p.hasSLO() {
		more += "; nor who is notified"
	}
	i.say(codePlaceholder, at, &s.notes, "put in what is true before generating", "the files do not say of the service: %s%s",
		strings.Join(s.guessed, ", "), more)
}

// buckets says which buckets are guessed: a file names only those that it reads.
func (i *importer) buckets(p *pack) {
	for _, name := range slices.Sorted(maps.Keys(p.metrics)) {
		m := p.metrics[name]
		if m.kind != ir.Histogram {
			continue
		}
		at := p.reader(name).at
		slices.Sort(m.bounds)
		if len(m.bounds) > 0 {
			i.say(codePlaceholder, at, &m.notes, "add its other buckets", "of the buckets of %s only those of the queries are known", name)
			continue
		}
		m.bounds = clientBuckets
		i.say(codePlaceholder, at, &m.notes, "put in its own buckets", "the buckets of %s are not known: these are what client libraries choose", name)
	}
}

// reader is the first objective that reads a histogram.
func (p *pack) reader(histogram string) slo {
	for _, s := range p.slos {
		f := s.signal.form
		if f.within == histogram || f.share == histogram || f.expr != nil && strings.Contains(f.expr.String(), histogram+"_") {
			return s
		}
	}
	return p.slos[0]
}

// hasSignal reports whether anything is left.
func (p *pack) hasSignal() bool {
	return slices.ContainsFunc(p.slos, func(s slo) bool { return s.signal.form.total != "" && s.onlySignal == "" }) ||
		slices.ContainsFunc(p.signals, func(s *signal) bool { return s.refused == "" })
}

// hasSLO reports whether an objective is left, not signals alone.
func (p *pack) hasSLO() bool {
	return slices.ContainsFunc(p.slos, func(s slo) bool { return s.onlySignal == "" })
}
