// Package runbook writes what the person who is paged reads: one page an alert and an index of them. A Program comes in,
// Markdown goes out. The pages answer in the order of the questions: what is broken, how bad, who else knows, what to
// look at, what it usually is, how to silence it. A question that the spec gives no answer to is left out.
//
// Everything is decided here, in views; the templates only lay out.
package runbook

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

const (
	pageTemplate  = "runbook.md.tmpl"
	indexTemplate = "runbooks.md.tmpl"
	index         = "README" // name of the page that lists the others
)

// Emit returns runbooks/<Alert>.md for each alert and runbooks/README.md, or nothing where there is no alert. The error
// is a *templates.Error where a template that the user replaced fails; otherwise it is a bug, or an alert whose name
// cannot be a file's.
func Emit(p *ir.Program, set *templates.Set) ([]artifact.Artifact, error) {
	if len(p.Alerts) == 0 {
		return nil, nil
	}
	if err := checkNames(p.Alerts); err != nil {
		return nil, err
	}
	muting := newMuting(p)
	var files []artifact.Artifact
	list := indexView{Service: serviceTitle(p)}
	for _, alert := range p.Alerts {
		page := newPage(p, alert, muting)
		text, err := set.Execute(pageTemplate, page)
		if err != nil {
			return nil, err
		}
		files = append(files, artifact.Artifact{Path: "runbooks/" + alert.Name + ".md", Kind: artifact.Runbooks, Data: text})
		list.Alerts = append(list.Alerts, entry{
			Link: page.Link, Severity: alert.Severity, Condition: cell(page.Condition), Receivers: cell(strings.Join(alert.Receivers, ", ")),
		})
	}
	text, err := set.Execute(indexTemplate, list)
	if err != nil {
		return nil, err
	}
	return append(files, artifact.Artifact{Path: "runbooks/" + index + ".md", Kind: artifact.Runbooks, Data: text}), nil
}

// indexView is the page that lists all alerts.
type indexView struct {
	Service string
	Alerts  []entry
}

// entry is one alert in the list.
type entry struct {
	Link                           link
	Severity, Condition, Receivers string
}

// link leads to the page of an alert in the same folder.
type link struct{ Name, Target string }

func linkTo(name string) link { return link{name, url.PathEscape(name) + ".md"} }

// cell keeps a text inside one cell of a table.
func cell(text string) string { return strings.ReplaceAll(oneLine(text), "|", `\|`) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// nameLength keeps the file's name, with its ending, below what file systems take.
const nameLength = 200

// checkNames refuses names that would lead out of the folder, or hide one page behind another, also where the file system
// does not tell capitals from small letters.
func checkNames(alerts []*ir.Alert) error {
	pages := map[string]bool{strings.ToLower(index): true}
	for _, alert := range alerts {
		name := alert.Name
		odd := strings.ContainsFunc(name, func(r rune) bool {
			return unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r)
		})
		if name == "" || odd || strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name ||
			len(name) > nameLength || !utf8.ValidString(name) {
			return fmt.Errorf("alert %q: its name cannot be the name of a runbook's file", name)
		}
		if pages[strings.ToLower(name)] {
			return fmt.Errorf("alert %q: another page of the runbooks has the same file name", name)
		}
		pages[strings.ToLower(name)] = true
	}
	return nil
}
