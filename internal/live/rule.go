package live

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
)

// group is a rule group, compiled or loaded.
type group struct {
	name     string
	file     string // that Prometheus loaded it from
	interval time.Duration
	limit    int
	rules    []rule
}

// rule is one rule, compiled or loaded.
type rule struct {
	alert       bool
	name        string // of the alert or the recorded series
	expr        string // as Prometheus' parser prints it
	hold        time.Duration
	keep        time.Duration
	labels      map[string]string
	annotations map[string]string
	failure     string // why Prometheus cannot evaluate it, or empty
}

// String names the rule as its users do.
func (r rule) String() string {
	if r.alert {
		return "alert " + r.name
	}
	return "recording rule " + r.name
}

// compiledGroups reads a compiled rule file with Prometheus' own parser.
func compiledGroups(file []byte) ([]group, error) {
	parsed, problems := rulefmt.Parse(file, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(problems) > 0 {
		return nil, problems[0]
	}
	var groups []group
	for _, g := range parsed.Groups {
		read := group{name: g.Name, interval: time.Duration(g.Interval), limit: g.Limit}
		for _, r := range g.Rules {
			name := r.Record
			if r.Alert != "" {
				name = r.Alert
			}
			read.rules = append(read.rules, rule{
				alert: r.Alert != "", name: name, expr: canonical(r.Expr), hold: time.Duration(r.For), keep: time.Duration(r.KeepFiringFor),
				labels: r.Labels, annotations: r.Annotations,
			})
		}
		groups = append(groups, read)
	}
	return groups, nil
}

// canonical prints an expression as Prometheus does, so that only what it means is compared. What this parser does not know
// stays as it is.
func canonical(expr string) string {
	parsed, err := promql.ParseAny(expr)
	if err != nil {
		return expr
	}
	return parsed.String()
}

// differences lists what is loaded in another form.
func (r rule) differences(loaded rule) []difference {
	var out []difference
	if r.expr != loaded.expr {
		out = append(out, difference{"expr", loaded.expr, r.expr})
	}
	if r.hold != loaded.hold {
		out = append(out, difference{"for", printed(loaded.hold), printed(r.hold)})
	}
	if r.keep != loaded.keep {
		out = append(out, difference{"keep_firing_for", printed(loaded.keep), printed(r.keep)})
	}
	out = append(out, entryDifferences("label", r.labels, loaded.labels)...)
	return append(out, entryDifferences("annotation", r.annotations, loaded.annotations)...)
}

// entryDifferences compares labels or annotations, whose empty values are no values.
func entryDifferences(kind string, spec, loaded map[string]string) []difference {
	both := maps.Clone(spec)
	if both == nil {
		both = map[string]string{}
	}
	maps.Copy(both, loaded)
	var out []difference
	for _, name := range slices.Sorted(maps.Keys(both)) {
		if spec[name] != loaded[name] {
			out = append(out, difference{kind + " " + name, quoted(loaded[name]), quoted(spec[name])})
		}
	}
	return out
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return `"` + text + `"`
}

func printed(d time.Duration) string { return model.Duration(d).String() }

// pair is a compiled rule and the loaded one that stands for it; one of them may be missing.
type pair struct {
	spec, loaded *rule
	at           int // of the loaded rule in its group
}

// pairRules finds the loaded rule that stands for each compiled one: by name, and among several of one name first those that are
// equal, then those of equal labels, then in order.
func pairRules(spec, loaded []rule) []pair {
	taken := make([]bool, len(loaded))
	pairs := make([]pair, len(spec))
	for _, fits := range []func(a, b rule) bool{
		func(a, b rule) bool { return len(a.differences(b)) == 0 },
		func(a, b rule) bool { return maps.Equal(a.labels, b.labels) },
		func(rule, rule) bool { return true },
	} {
		for i := range spec {
			pairs[i].spec = &spec[i]
			for j := range loaded {
				same := spec[i].alert == loaded[j].alert && spec[i].name == loaded[j].name
				if pairs[i].loaded == nil && !taken[j] && same && fits(spec[i], loaded[j]) {
					pairs[i].loaded, pairs[i].at, taken[j] = &loaded[j], j, true
				}
			}
		}
	}
	for j := range loaded {
		if !taken[j] {
			pairs = append(pairs, pair{loaded: &loaded[j], at: j})
		}
	}
	return pairs
}

// outOfOrder reports whether the rules that both have follow each other differently: a rule that stands before the one it reads
// sees the value of the evaluation before.
func outOfOrder(pairs []pair) bool {
	last := -1
	for _, p := range pairs {
		if p.spec == nil || p.loaded == nil {
			continue
		}
		if p.at < last {
			return true
		}
		last = p.at
	}
	return false
}

// sizeOf counts the rules of groups.
func sizeOf(groups []group) int {
	n := 0
	for _, g := range groups {
		n += len(g.rules)
	}
	return n
}

func names(rules []rule) string {
	var out []string
	for _, r := range rules {
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}
