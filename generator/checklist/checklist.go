// Package checklist writes what must be true before the platform goes into production, item by item: what the generated files
// already say, with file and key, and what is left for a person. A Program comes in, Markdown goes out.
//
// The items are those of the reference service's production checklist, in its order; a platform that lacks something is told which
// field of the spec gives it.
package checklist

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// Path is where the checklist stands: beside the folders, because it is about all of them.
const Path = "CHECKLIST.md"

const template = "checklist.md.tmpl"

// Item is one line of the checklist.
type Item struct {
	Number    int
	Title     string
	Generated []string // what is in the files, with file and key
	ToDo      []string // what a person must do or look at
	Commands  []string // shell commands that do it
}

// generated adds what stands in a file. A key is one of the file's, or empty.
func (i *Item) generated(file, key, format string, arguments ...any) {
	where := "`" + file + "`"
	if key != "" {
		where += " `" + key + "`"
	}
	i.Generated = append(i.Generated, sentence(format, arguments)+": "+where)
}

// value adds what stands in the chart's values.
func (i *Item) value(key, format string, arguments ...any) {
	i.generated(kubernetes.ValuesPath, key, format, arguments...)
}

func (i *Item) toDo(format string, arguments ...any) {
	i.ToDo = append(i.ToDo, sentence(format, arguments))
}

// sentence keeps what users wrote on the one line of its item.
func sentence(format string, arguments []any) string {
	return strings.Join(strings.Fields(fmt.Sprintf(format, arguments...)), " ")
}

// view is what the template lays out.
type view struct {
	Platform string
	Open     string // how many items have something left, in words
	Items    []*Item
}

// items are the checklist's, in order.
var items = []struct {
	title string
	fill  func(p *ir.Program, i *Item)
}{
	{"All dashboards imported", dashboards},
	{"Prometheus scrapes all targets", targets},
	{"Alert rules loaded and valid", rules},
	{"Alertmanager routes", routing},
	{"Notifications tested", notifications},
	{"Metrics kept for 30 days", retention},
	{"Grafana asks who you are", authentication},
	{"Dashboard permissions set", permissions},
	{"TLS for access from outside", tls},
	{"Backup of Prometheus' data", backup},
	{"High availability: three replicas or more", availability},
	{"A runbook for each alert", runbooks},
	{"The team can read the dashboards", training},
}

// Emit returns CHECKLIST.md for a package that owns the platform, and nothing for others. The error is a *templates.Error where a
// template that the user replaced fails.
func Emit(p *ir.Program, set *templates.Set) ([]artifact.Artifact, error) {
	if !p.OwnsPlatform {
		return nil, nil
	}
	page := view{Platform: p.Name()}
	open := 0
	for n, item := range items {
		filled := &Item{Number: n + 1, Title: item.title}
		item.fill(p, filled)
		if len(filled.ToDo) > 0 {
			open++
		}
		page.Items = append(page.Items, filled)
	}
	page.Open = fmt.Sprintf("%d of %d items have something left", open, len(items))
	text, err := set.Execute(template, page)
	if err != nil {
		return nil, err
	}
	return []artifact.Artifact{{Path: Path, Kind: artifact.Checklist, Data: text}}, nil
}
