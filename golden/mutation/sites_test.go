package mutation

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// rule is a rule of the rules file with the bytes that it takes.
type rule struct {
	read.Rule
	file    *file
	owner   region
	readers []string // of a recording, with its own name
}

func (c *corpus) findRules() []rule {
	f := c.files[rulesFile]
	var all []rule
	for _, group := range f.set.Groups {
		for _, r := range group.Rules {
			one := rule{Rule: r, file: f, owner: f.block(f.lineStart(f.offset(r.Pos)))}
			if r.Record.Value != "" {
				one.readers = c.readersOf(r.Record.Value)
			}
			all = append(all, one)
		}
	}
	return all
}

// alerts are the alerting rules.
func (c *corpus) alerts() []rule {
	var all []rule
	for _, r := range c.rules() {
		if r.Alert.Value != "" {
			all = append(all, r)
		}
	}
	return all
}

// records are the recording rules.
func (c *corpus) records() []rule {
	var all []rule
	for _, r := range c.rules() {
		if r.Record.Value != "" {
			all = append(all, r)
		}
	}
	return all
}

// mutant makes one of the rule.
func (r rule) mutant(change edit, site string) mutant {
	m := mutant{file: r.file, edit: change, site: r.Name().Value + ": " + site, owner: r.owner}
	m.names = append([]string{r.Name().Value}, r.readers...)
	return m
}

// readersOf names a recording and what reads it, directly or through other recordings: what is wrong with a recording may show
// there.
func (c *corpus) readersOf(record string) []string {
	all := []string{record}
	for i := 0; i < len(all); i++ {
		add := func(name, expr string) {
			if strings.Contains(expr, all[i]+"{") && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
		for _, group := range c.files[rulesFile].set.Groups {
			for _, r := range group.Rules {
				add(r.Name().Value, r.Expr.Value)
			}
		}
		for _, p := range c.panels() {
			for _, target := range p.Targets {
				add(p.Title.Value, target.Expr.Value)
			}
		}
	}
	return all
}

// panel is a panel of a dashboard with the bytes that it takes.
type panel struct {
	*read.Panel
	board *read.Dashboard
	file  *file
	owner region
}

func (c *corpus) findPanels() []panel {
	var all []panel
	for _, board := range c.boards() {
		panels := board.set.Dashboards[0].Panels
		for i := range panels {
			start := board.offset(panels[i].Pos)
			all = append(all, panel{&panels[i], &board.set.Dashboards[0], board, region{start, board.objectEnd(start)}})
		}
	}
	return all
}

// boards are the files with a dashboard each.
func (c *corpus) boards() []*file {
	var all []*file
	for _, path := range c.paths {
		if strings.HasPrefix(path, dashboardFolder) {
			all = append(all, c.files[path])
		}
	}
	return all
}

// objectEnd is where the JSON object ends that starts at a byte. The generator's braces inside texts come in pairs.
func (f *file) objectEnd(start int) int {
	depth := 0
	for i := start; i < len(f.text); i++ {
		switch f.text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(f.text)
}

func (p panel) mutant(change edit, site string) mutant {
	return mutant{file: p.file, edit: change, site: p.Title.Value + ": " + site, owner: p.owner}
}

// query is an expression of a rule or a panel.
type query struct {
	text   read.Text
	sub    read.Substitution // without Grafana's variables
	parsed parser.Expr
	file   *file
	mutant func(change edit, site string) mutant
	alert  bool
	panel  *panel // nil of a rule's
}

// findQueries are the expressions of all rules and panels.
func (c *corpus) findQueries() []query {
	var all []query
	for _, r := range c.rules() {
		q := query{text: r.Expr, sub: read.Substitution{Text: r.Expr.Value}, file: r.file, mutant: r.mutant, alert: r.Alert.Value != ""}
		all = append(all, q)
	}
	for _, p := range c.panels() {
		for _, target := range p.Targets {
			sub := read.Grafana(target.Expr.Value, p.board.Variables)
			all = append(all, query{text: target.Expr, sub: sub, file: p.file, panel: &p,
				mutant: func(change edit, site string) mutant { return p.mutant(change, target.RefID.Value+": "+site) }})
		}
	}
	for i := range all {
		parsed, err := promql.ParseAny(all[i].sub.Text)
		if err != nil {
			panic(err) // what is generated parses
		}
		all[i].parsed = parsed
	}
	return all
}

// original is a part of the expression as it is written.
func (q query) original(node parser.Node) (from, to int) {
	at := node.PositionRange()
	start, length := q.sub.Original(int(at.Start), int(at.End))
	return start, start + length
}

// source is the text of a part of the expression.
func (q query) source(node parser.Node) string {
	from, to := q.original(node)
	return q.text.Value[from:to]
}

// change replaces a part of the expression.
func (q query) change(node parser.Node, text string) mutant {
	from, to := q.original(node)
	return q.changeText(from, to, text)
}

// changeText replaces bytes of the expression as it is written.
func (q query) changeText(from, to int, text string) mutant {
	was := strings.Join(strings.Fields(q.text.Value[from:to]), " ")
	return q.mutant(q.file.splice(q.text, from, to, text), was+" -> "+strings.Join(strings.Fields(text), " "))
}

// nodes calls a function for each part of the expression that is of one type.
func nodes[T parser.Node](q query, each func(T)) {
	parser.Inspect(q.parsed, func(node parser.Node, _ []parser.Node) error {
		if one, ok := node.(T); ok {
			each(one)
		}
		return nil
	})
}
