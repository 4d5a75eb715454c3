package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// Files are what was read, with every expression typed once, for all checks.
type Files struct {
	Set     *read.Set
	Table   *promql.Table
	Rules   []Rule
	Queries []Query // of panels
	// Templates are the texts of alerts: annotations and labels.
	Templates []Template
	Alerts    []*Alert

	others  []Query // of annotations and variables
	alerts  *alertsOn
	secrets map[diag.Pos]bool // lines that are not printed
	ignored map[int]bool      // which of Set.Ignores silence something
	// alertLabels are the labels that alerts are known to have, or may have.
	alertLabels []string
	targets     []target                    // what the files scrape
	selected    map[string][]*read.Resource // by folder, made when it is asked for
	routings    []*routing                  // of the Alertmanager configurations whose matchers are all fine
}

// Rule is a rule with its expression.
type Rule struct {
	read.Rule
	Group    *read.RuleGroup
	Parsed   parser.Expr      // nil where it does not parse
	Analysis *promql.Analysis // nil where it does not parse
	failure  error
}

// At is a place in the rule.
func (r *Rule) At(at diag.Pos) Place {
	if !at.IsValid() {
		at = r.Pos // of what the rule does not have, such as its expression
	}
	return Place{At: at, Owner: r.Pos, Name: r.Name().Value}
}

// AtExpr is the place of a part of the rule's expression.
func (r *Rule) AtExpr(part parser.Node) Place {
	start, length := span(part)
	return r.At(r.Expr.Pos(start, length))
}

// Query is a query of a panel.
type Query struct {
	read.Target
	Dashboard *read.Dashboard
	Panel     *read.Panel
	// Substituted is the query without Grafana's variables, as far as they can be known.
	Substituted read.Substitution
	Parsed      parser.Expr      // nil where it does not parse, or a variable stands where no text can be known
	Analysis    *promql.Analysis // nil where Parsed is
	failure     error
}

// At is a place in the panel.
func (q *Query) At(at diag.Pos) Place {
	return Place{At: at, Owner: q.Panel.Pos, Name: q.Panel.Title.Value}
}

// AtExpr is the place of a part of the query, in which variables stand as the user wrote them.
func (q *Query) AtExpr(part parser.Node) Place {
	start, length := span(part)
	return q.At(q.Target.Expr.Pos(q.Substituted.Original(start, start+length)))
}

// span is where a part of an expression begins, and its length in bytes.
func span(part parser.Node) (start, length int) {
	at := part.PositionRange()
	return int(at.Start), max(int(at.End-at.Start), 1)
}

// newFiles types all that was read.
func newFiles(set *read.Set, table *promql.Table) *Files {
	f := &Files{Set: set, Table: table, secrets: secretLines(set), ignored: map[int]bool{}}
	for i := range set.Groups {
		for _, rule := range set.Groups[i].Rules {
			f.Rules = append(f.Rules, f.rule(&set.Groups[i], rule))
		}
	}
	f.Templates = templatesOf(f.Rules)
	f.Alerts = newAlerts(f)
	f.alertLabels = labelsOfAlerts(f.Alerts)
	for i := range set.Alertmanagers {
		if r := newRouting(&set.Alertmanagers[i]); r != nil {
			f.routings = append(f.routings, r)
		}
	}
	for i := range set.Dashboards {
		board := &set.Dashboards[i]
		f.others = append(f.others, f.otherQueries(board)...)
		for j := range board.Panels {
			for _, target := range board.Panels[j].Targets {
				if isPromQL(&board.Panels[j], target) {
					f.Queries = append(f.Queries, f.query(board, &board.Panels[j], target))
				}
			}
		}
	}
	return f
}

func (f *Files) rule(group *read.RuleGroup, rule read.Rule) Rule {
	if rule.Expr.Value == "" {
		return Rule{Rule: rule, Group: group} // rule/invalid reports that nothing is there to parse
	}
	as := promql.UseRecord
	if rule.Alert.Value != "" {
		as = promql.UseAlert
	}
	is := f.Table.In(group.File).Type(rule.Expr.Value, as) // it reads the recording rules of its own file before others
	return Rule{Rule: rule, Group: group, Parsed: is.Parsed, Analysis: is.Analysis, failure: is.Failure}
}

func isPromQL(panel *read.Panel, target read.Target) bool {
	return target.Datasource.IsPrometheus() && (panel.Datasource.IsPrometheus() || panel.Datasource.IsMixed()) &&
		strings.TrimSpace(target.Expr.Value) != ""
}

func (f *Files) query(board *read.Dashboard, panel *read.Panel, target read.Target) Query {
	typed := Query{Target: target, Dashboard: board, Panel: panel}
	f.typeQuery(&typed, promql.UseGraph)
	return typed
}

// typeQuery types a query for a use. What does not parse may be of another kind of data source where the file does not say
// which it is: that is no failure.
func (f *Files) typeQuery(typed *Query, use promql.Use) {
	typed.Substituted = read.Grafana(typed.Target.Expr.Value, typed.Dashboard.Variables)
	if typed.Substituted.Blocked != "" {
		return
	}
	is := f.Table.Type(typed.Substituted.Text, use)
	if is.Failure != nil {
		if typed.Target.Datasource.MayBePrometheus() {
			typed.failure = is.Failure
		}
		return
	}
	own := *is.Analysis // what the query's variables excuse is found for others
	own.Findings = slices.DeleteFunc(slices.Clone(own.Findings), typed.isAboutVariable)
	typed.Parsed, typed.Analysis = is.Parsed, &own
}

// isAboutVariable reports whether a finding is about a range that only the dashboard's user decides.
func (q *Query) isAboutVariable(finding promql.Finding) bool {
	if finding.Code != "promql/range-too-short" {
		return false
	}
	start, length := q.Substituted.Original(int(finding.Range.Start), int(finding.Range.End))
	return slices.ContainsFunc(q.Substituted.Holes, func(h read.Hole) bool {
		return h.Use == read.UseDuration && start <= h.Start && h.Start < start+length
	})
}
