package lower

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// recordShared gives a recording rule to every query that more than one alert of a group, or an alert and a panel, read.
// Only alerts of the group that holds the recording read it: in another group they would see the value of an evaluation
// before.
func (l *lowerer) recordShared() {
	type use struct{ alerts, panels int }
	uses := map[*ir.Query]*use{}
	count := func(q *ir.Query) *use {
		if uses[q] == nil {
			uses[q] = &use{}
		}
		return uses[q]
	}
	home := map[*ir.Query]string{}
	for _, a := range l.program.Alerts {
		if a.Query == nil {
			continue
		}
		if home[a.Query] == "" {
			home[a.Query] = a.Group
		}
		if home[a.Query] == a.Group {
			count(a.Query).alerts++
		}
	}
	for _, d := range l.program.Dashboards {
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				for _, series := range panel.Series {
					if series.Expr == series.Query.Text {
						count(series.Query).panels++
					}
				}
			}
		}
	}
	for q, u := range uses {
		if u.alerts > 0 && u.alerts+u.panels > 1 && !isSelector(q.Expr) {
			q.Record = recordName(q)
			q.Read = l.recorded(q.Record)
		}
	}
	l.readRecordings()
}

func isSelector(expr parser.Expr) bool {
	_, ok := expr.(*parser.VectorSelector)
	return ok
}

// readRecordings lets panels without variables read the recordings.
func (l *lowerer) readRecordings() {
	for _, d := range l.program.Dashboards {
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				for i := range panel.Series {
					if series := &panel.Series[i]; series.Expr == series.Query.Text {
						series.Expr = series.Query.Read.String()
					}
				}
			}
		}
	}
}

// recorded selects a recording of this service.
func (l *lowerer) recorded(name string, more ...*labels.Matcher) parser.Expr {
	s := l.program.Service
	return promql.Select(name, append(more, promql.Equal("service", s.Name), promql.Equal("namespace", s.Namespace))...)
}

// recordName names a recording as Prometheus' conventions do: level, signal and operations, with colons between
// (https://prometheus.io/docs/practices/rules/). Parameters that differ from the signal's own are told apart by a hash.
func recordName(q *ir.Query) string {
	level := strings.Join(append([]string{"service"}, q.By...), "_")
	operation := string(q.Signal.Form)
	if q.Signal.Form == ir.FormQuantile {
		operation = "p" + strings.ReplaceAll(strings.TrimPrefix(fmt.Sprint(q.Q*100), "0."), ".", "_")
	}
	if q.Over > 0 {
		operation += "_" + unit.FormatDuration(q.Over)
	}
	name := fmt.Sprintf("%s:%s:%s", level, q.Signal.Name, operation)
	if d := q.Signal.Default; d != q && (d.Where != q.Where || d.Unit != q.Unit) {
		name += fmt.Sprintf("_%06x", hashOf(q.Where+"|"+q.Unit.String())&0xffffff)
	}
	return name
}

// recordings are the recording rules that an alert reads and its group does not hold yet.
func (l *lowerer) recordings(a *ir.Alert, g *ir.Group) []ir.Rule {
	if a.Query.Record == "" || l.recordedIn[a.Query.Record] != "" {
		return nil
	}
	l.recordedIn[a.Query.Record] = g.Name
	return []ir.Rule{{Record: a.Query.Record, Expr: promql.Print(a.Query.Expr), Labels: l.recordLabels()}}
}

// recordLabels tell the recordings of several services apart.
func (l *lowerer) recordLabels() map[string]string {
	s := l.program.Service
	return map[string]string{"service": s.Name, "namespace": s.Namespace}
}

// readBy is the expression that an alert compares: the recording where its own group holds it.
func (l *lowerer) readBy(a *ir.Alert) parser.Expr {
	if a.Query.Record != "" && l.recordedIn[a.Query.Record] == a.Group {
		return a.Query.Read
	}
	return a.Query.Expr
}

func hashOf(text string) uint32 {
	hash := fnv.New32a()
	hash.Write([]byte(text))
	return hash.Sum32()
}
