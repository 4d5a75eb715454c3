package read

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Dashboard is a Grafana dashboard in the classic model, of schema version 16 (Grafana 5) or newer, with some of what older
// ones had. The names are those of the JSON; docs: grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model.
type Dashboard struct {
	Title, UID    Text
	SchemaVersion Text
	Tags          []Text
	Editable      Text // true where it is missing
	Refresh       Text
	From          Text // the time range that it opens with
	Rows          []*Row
	Panels        []Panel // all of them, also those in rows, in the order of the file
	Variables     []Variable
	Annotations   []Annotation
	Inputs        []Text          // what Grafana asks for when an exported dashboard is imported, or its operator fills in: they are named as variables are
	Mentions      map[string]bool // the variables that are named anywhere but in their own definitions
	LinksPass     bool            // a link hands the variables on to another dashboard
	Resource      *Resource       // the ConfigMap that holds it; nil of a plain file
	Key           Text            // under which the ConfigMap holds it
	File          string
	Pos           diag.Pos
}

// Declares reports whether the dashboard has one of some variables.
func (d *Dashboard) Declares(names []string) bool {
	return slices.ContainsFunc(d.Variables, func(v Variable) bool { return slices.Contains(names, v.Name.Value) })
}

// Row is a row of panels. Its own panel is not among Dashboard.Panels.
type Row struct {
	Title     Text
	Repeat    Text // a variable
	Collapsed bool
	Pos       diag.Pos
}

// Datasource is what a query is sent to. Old dashboards have only a name, which is UID here.
type Datasource struct {
	// Type is the kind of data source, such as "prometheus" or "loki"; "" where the file does not tell. That of a data source
	// variable is known by the variable.
	Type string
	UID  Text
	Pos  diag.Pos
}

// IsPrometheus reports whether queries may be PromQL: what is not known to be something else.
func (d Datasource) IsPrometheus() bool { return d.Type == "" || d.Type == "prometheus" }

// IsMixed reports whether each query of the panel names its own data source.
func (d Datasource) IsMixed() bool { return d.UID.Value == "-- Mixed --" || d.Type == "mixed" }

// MayBePrometheus is stricter than IsPrometheus: a data source of which only a name is known must be named like one.
func (d Datasource) MayBePrometheus() bool {
	return d.Type == "prometheus" || d.Type == "" && (d.UID.Value == "" || strings.Contains(strings.ToLower(d.UID.Value), "prom"))
}

// Variable is an entry of templating.
type Variable struct {
	Name, Label Text
	Type        string // query, custom, constant, textbox, interval, datasource, adhoc, groupby, switch or system
	// Query is the query's text: PromQL in label_values() and the like, the choices of custom and interval variables, the kind of
	// data source.
	Query               Text
	Regex, AllValue     Text
	Multi, IncludeAll   bool
	Current             []Text // the values chosen when the dashboard was saved
	Options             []Text // the values to choose from, where the file has them
	Datasource          Datasource
	Hide, RefreshMoment Text
	Pos                 diag.Pos
}

// Annotation is an entry of annotations that has a query.
type Annotation struct {
	Name       Text
	Expr       Text
	Datasource Datasource
	Pos        diag.Pos
}

// boardReader reads one dashboard. What has another form than Grafana's is left out, as Grafana itself accepts nearly
// everything.
type boardReader struct {
	board *Dashboard
	types map[string]string // of data sources, by the name of the variable that chooses one
}

func (r *recogniser) dashboard(n *node) {
	r.kinds[KindDashboard] = true
	board := Dashboard{
		Title: n.get("title").scalar(), UID: n.get("uid").scalar(), SchemaVersion: n.get("schemaVersion").scalar(),
		Tags: n.get("tags").texts(), Editable: n.get("editable").scalar(), Refresh: n.get("refresh").scalar(),
		From: n.get("time", "from").scalar(), Resource: r.resource, Key: r.key, File: n.source.file, Pos: n.pos(),
	}
	b := &boardReader{board: &board, types: map[string]string{}}
	for _, v := range n.get("templating", "list").list() {
		if v.get("type").scalar().Value == "datasource" {
			b.types[v.get("name").scalar().Value] = v.get("query").scalar().Value
		}
	}
	for _, v := range n.get("templating", "list").list() {
		if v.is(kindMap) {
			board.Variables = append(board.Variables, b.variable(v))
		}
	}
	for _, a := range n.get("annotations", "list").list() {
		expr := a.get("expr").scalar()
		if expr.Value == "" {
			expr = a.get("target", "expr").scalar()
		}
		if expr.Value != "" {
			board.Annotations = append(board.Annotations,
				Annotation{Name: a.get("name").scalar(), Expr: expr, Datasource: b.datasource(a.get("datasource"), Datasource{}), Pos: a.pos()})
		}
	}
	board.Inputs = append(board.Inputs, r.inputs...)
	for _, input := range n.get("__inputs").list() {
		board.Inputs = append(board.Inputs, input.get("name").scalar())
	}
	b.mentions(n)
	b.rows(n)
	r.set.Dashboards = append(r.set.Dashboards, board)
}

func (b *boardReader) variable(n *node) Variable {
	read := Variable{
		Name: n.get("name").scalar(), Label: n.get("label").scalar(), Type: n.get("type").scalar().Value,
		Query: n.get("query").scalar(), Regex: n.get("regex").scalar(), AllValue: n.get("allValue").scalar(),
		Multi: n.get("multi").isTrue(), IncludeAll: n.get("includeAll").isTrue(),
		Datasource: b.datasource(n.get("datasource"), Datasource{}), Hide: n.get("hide").scalar(),
		RefreshMoment: n.get("refresh").scalar(), Pos: n.pos(),
	}
	if inner := n.get("query", "query").scalar(); !inner.IsZero() { // since Grafana 7.4 the query is an object
		read.Query = inner
	}
	if read.Query.Value == "" {
		read.Query = n.get("definition").scalar()
	}
	switch current := n.get("current", "value"); {
	case current.is(kindScalar):
		read.Current = []Text{current.text}
	default:
		read.Current = current.texts()
	}
	for _, option := range n.get("options").list() {
		if value := option.get("value").scalar(); !value.IsZero() {
			read.Options = append(read.Options, value)
		}
	}
	return read
}

// datasource reads a reference to a data source; one that is missing is that of what it stands in.
func (b *boardReader) datasource(n *node, outer Datasource) Datasource {
	switch {
	case n.is(kindScalar):
		return Datasource{Type: b.typeOf(n.text.Value, ""), UID: n.text, Pos: n.pos()}
	case n.is(kindMap):
		uid := n.get("uid").scalar()
		return Datasource{Type: b.typeOf(uid.Value, n.get("type").scalar().Value), UID: uid, Pos: n.pos()}
	}
	return outer
}

// typeOf is the type that a reference says, or that of the variable that it names.
func (b *boardReader) typeOf(uid, written string) string {
	if written != "" {
		return written
	}
	if name, length := variableAt(uid); length == len(uid) {
		return b.types[name]
	}
	return ""
}

// rows reads panels and the rows that they stand in: a row panel holds its panels while it is collapsed, else those that
// follow it up to the next row. Before Grafana 5 all panels stood in rows.
func (b *boardReader) rows(n *node) {
	for _, old := range n.get("rows").list() {
		row := b.row(old)
		for _, panel := range old.get("panels").list() {
			b.panel(panel, row)
		}
	}
	var current *Row
	for _, panel := range n.get("panels").list() {
		if panel.get("type").scalar().Value != "row" {
			b.panel(panel, current)
			continue
		}
		current = b.row(panel)
		for _, nested := range panel.get("panels").list() {
			b.panel(nested, current)
		}
	}
}

func (b *boardReader) row(n *node) *Row {
	row := &Row{Title: n.get("title").scalar(), Repeat: n.get("repeat").scalar(),
		Collapsed: n.get("collapsed").isTrue() || n.get("collapse").isTrue(), Pos: n.pos()}
	b.board.Rows = append(b.board.Rows, row)
	return row
}
