// Package scaffold makes a new repository for a service's monitoring: a name, and perhaps what the service exposes, come in;
// a spec that works, the language for editors and cue vet, and what make and CI run go out. Nothing that is there is
// overwritten.
package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"cuelang.org/go/cue/format"

	"github.com/belfry-dev/belfry/schema"
)

// Options say what is made.
type Options struct {
	Service string // its short name, as #Name allows
	Client  string // client library: go or python
	// Version is the version of this compiler where the Go proxy has it; empty where it was built from a checkout, which nothing
	// can pin.
	Version string
	// Below is where the folder lies below the root of its git repository, with slashes; empty for the root itself, or without one.
	Below string
	// Spec replaces the example's files, by path; nil for the example.
	Spec map[string][]byte
}

// File is one file of the new repository.
type File struct {
	Path string // with slashes, below the folder
	Data []byte
}

// GoVersion is the oldest Go that builds the compiler, as its go.mod says.
const GoVersion = "1.26.7"

// MetricsPath and AlertsPath are the files that Options.Spec may replace.
const (
	MetricsPath = "spec/metrics.cue"
	AlertsPath  = "spec/alerts.cue"
)

// module is what users require to pin the compiler, and command what they run of it.
const (
	module  = "github.com/belfry-dev/belfry"
	command = module + "/cmd/belfry"
)

// files are the templates and where what they make stands, in the order in which people read them.
var files = []struct{ template, path string }{
	{"service.cue.tmpl", "spec/service.cue"},
	{"metrics.cue.tmpl", MetricsPath},
	{"alerts.cue.tmpl", AlertsPath},
	{"Makefile.tmpl", "Makefile"},
	{"go.mod.tmpl", "go.mod"},
	{"github.yaml.tmpl", ".github/workflows/monitoring.yaml"},
	{"gitlab.yaml.tmpl", ".gitlab-ci.yml"},
	{"precommit.yaml.tmpl", ".pre-commit-config.yaml"},
	{"gitattributes.tmpl", ".gitattributes"},
	{"module.cue.tmpl", "cue.mod/module.cue"},
}

//go:embed files
var embedded embed.FS

// view is what the templates print.
type view struct {
	Service, Title, Client, Version, Dashboard string
	Module, Command, Go, GoMinor, Language     string
	// Below is Options.Below; Prefix is the same before a path, and PrefixPattern in a regular expression.
	Below, Prefix, PrefixPattern string
}

// Title is a service's name for people: shop-api is Shop api.
func Title(service string) string {
	words := strings.ReplaceAll(service, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// Files makes the files of a new repository, but for those of the language, which Language has.
func Files(o Options) ([]File, error) {
	v := view{Service: o.Service, Title: Title(o.Service), Client: o.Client, Version: o.Version, Dashboard: o.Service[:min(len(o.Service), 40)],
		Module: module, Command: command, Go: GoVersion, GoMinor: GoVersion[:strings.LastIndexByte(GoVersion, '.')], Language: schema.LanguageVersion}
	if o.Below != "" {
		v.Below, v.Prefix, v.PrefixPattern = o.Below, o.Below+"/", regexp.QuoteMeta(o.Below+"/")
	}
	templates, err := template.New("").Delims("<<", ">>").Option("missingkey=error").ParseFS(embedded, "files/*")
	if err != nil {
		return nil, fmt.Errorf("read the files of a new repository: %w", err)
	}
	var made []File
	for _, f := range files {
		if spec, ok := o.Spec[f.path]; ok {
			made = append(made, File{f.path, spec})
			continue
		}
		var text bytes.Buffer
		if err := templates.ExecuteTemplate(&text, f.template, v); err != nil {
			return nil, fmt.Errorf("make %s: %w", f.path, err)
		}
		data := text.Bytes()
		if path.Ext(f.path) == ".cue" {
			if data, err = format.Source(data); err != nil {
				return nil, fmt.Errorf("lay out %s: %w", f.path, err)
			}
		}
		made = append(made, File{f.path, data})
	}
	return made, nil
}

// ForRoot are the files that only work at the root of a repository, whichever of its folders they are for.
func ForRoot() []string {
	return []string{".github/workflows/monitoring.yaml", ".gitlab-ci.yml", ".pre-commit-config.yaml"}
}

// Language is the copy of the spec language that editors and cue vet read.
func Language() []File {
	var made []File
	for name, data := range schema.Sources() {
		made = append(made, File{path.Join(schema.VendorFolder, name), data})
	}
	slices.SortFunc(made, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return made
}
