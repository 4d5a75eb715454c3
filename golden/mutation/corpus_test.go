package mutation

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// The artifacts that are mutated. Those of Kubernetes hold the same rules and dashboards once more.
const (
	rulesFile        = "prometheus/rules.yaml"
	alertmanagerFile = "alertmanager/alertmanager.yaml"
	dashboardFolder  = "grafana/dashboards/"
	kubernetesFolder = "kubernetes/"
)

// rulesCopy are the rules once more: a rule may be missing there, which is nothing to a dashboard.
const rulesCopy = kubernetesFolder + "prometheusrule.yaml"

// copies are files of what other files hold already.
var copies = []string{kubernetesFolder + "dashboards.yaml", kubernetesFolder + "alertmanager-secret.yaml"}

// corpus is the reference service's output, read once. Linting it with one file changed reads that file only.
type corpus struct {
	program *ir.Program
	paths   []string // sorted, as a folder is read
	files   map[string]*file
	table   *promql.Table // of what is known while no recording is changed

	rules   func() []rule // found once, for all operators
	panels  func() []panel
	queries func() []query
}

// file is an artifact as it was read.
type file struct {
	path  string
	text  string
	lines []int // where they start
	set   *read.Set
	found diag.List
}

func newFile(path, text string) *file {
	f := &file{path: path, text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	f.set, f.found = read.Content(path, []byte(text))
	f.found = slices.DeleteFunc(f.found, func(d diag.Diagnostic) bool { return d.Code == "read/unrecognised" }) // as in a folder
	return f
}

// load compiles the spec and reads what is generated from it.
func load(t *testing.T) *corpus {
	t.Helper()
	result, err := generator.Compile(generator.Options{Packages: []string{"../../spec"}, CheckOnly: true})
	if err != nil || result.Diagnostics.HasErrors() || len(result.Outputs) != 1 {
		t.Fatal(result, err)
	}
	c := &corpus{program: result.Outputs[0].Program, files: map[string]*file{}}
	out := os.DirFS("../../out")
	err = fs.WalkDir(out, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".yaml", ".json"}, filepath.Ext(path)) || path == "manifest.json" {
			return err
		}
		content, err := fs.ReadFile(out, path)
		c.files[path] = newFile(path, string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.paths = slices.Sorted(maps.Keys(c.files))
	c.table = c.tableOf(t, c.merged(c.paths, nil))
	c.rules, c.panels, c.queries = sync.OnceValue(c.findRules), sync.OnceValue(c.findPanels), sync.OnceValue(c.findQueries)
	return c
}

// tableOf is what is known of metrics beside the files.
func (c *corpus) tableOf(t *testing.T, set *read.Set) *promql.Table {
	t.Helper()
	table, err := check.OpenWorld(check.World{Specs: []*ir.Program{c.program}, Recordings: lint.Recordings(set)})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// lint inspects the files, of which one may be changed, without those that cannot tell anything of the change.
func (c *corpus) lint(t *testing.T, changed *file) diag.List {
	t.Helper()
	paths := c.beside(changed)
	set, table := c.merged(paths, changed), c.table
	if changed != nil && recordings(changed) != recordings(c.files[changed.path]) {
		table = c.tableOf(t, set)
	}
	found, _ := lint.Run(set, table)
	for _, path := range paths {
		found = append(found, c.file(path, changed).found...)
	}
	return found
}

// beside are the files that a changed one is inspected with. A dashboard has nothing to say of another, and their copies
// nothing of what is no resource: to inspect them thousands of times, always with the same result, took most of the test.
func (c *corpus) beside(changed *file) []string {
	if changed == nil || strings.HasPrefix(changed.path, kubernetesFolder) {
		return c.paths
	}
	isBoard := strings.HasPrefix(changed.path, dashboardFolder)
	return slices.DeleteFunc(slices.Clone(c.paths), func(path string) bool {
		return slices.Contains(copies, path) || isBoard && (path == rulesCopy || path != changed.path && strings.HasPrefix(path, dashboardFolder))
	})
}

// recordings are the recording rules of a file as text.
func recordings(f *file) string {
	var text strings.Builder
	for _, group := range f.set.Groups {
		for _, r := range group.Rules {
			if r.Record.Value != "" {
				fmt.Fprintln(&text, group.Name.Value, r.Record.Value, r.Expr.Value)
				for _, pair := range r.Labels {
					fmt.Fprintln(&text, pair.Name.Value, pair.Value.Value)
				}
			}
		}
	}
	return text.String()
}

func (c *corpus) file(path string, changed *file) *file {
	if changed != nil && changed.path == path {
		return changed
	}
	return c.files[path]
}

// merged is what was read of some files: each list of a Set, one file's behind the other's.
func (c *corpus) merged(paths []string, changed *file) *read.Set {
	all := &read.Set{}
	into := reflect.ValueOf(all).Elem()
	for _, path := range paths {
		from := reflect.ValueOf(c.file(path, changed).set).Elem()
		for i := range from.NumField() {
			if field := into.Field(i); field.CanSet() && field.Kind() == reflect.Slice {
				field.Set(reflect.AppendSlice(field, from.Field(i)))
			}
		}
	}
	return all
}

// offset is the byte of a position.
func (f *file) offset(at diag.Pos) int { return f.lines[at.Line-1] + at.Col - 1 }

// line is the number of the line that holds a byte, from 1.
func (f *file) line(offset int) int { return sort.SearchInts(f.lines, offset+1) }

// region is a part of a file in bytes.
type region struct{ start, end int }

// lineStart is where the line of a byte starts.
func (f *file) lineStart(offset int) int { return f.lines[f.line(offset)-1] }

// block is a line of YAML with all lines below it that are indented more: a list's item or a mapping's entry.
func (f *file) block(offset int) region {
	from := f.line(offset) - 1
	own := f.indentation(from)
	to := from + 1
	for to < len(f.lines) && (f.indentation(to) > own || f.isBlank(to)) {
		to++
	}
	end := len(f.text)
	if to < len(f.lines) {
		end = f.lines[to]
	}
	return region{f.lines[from], end}
}

func (f *file) indentation(line int) int {
	rest := f.text[f.lines[line]:]
	return len(rest) - len(strings.TrimLeft(rest, " "))
}

func (f *file) isBlank(line int) bool {
	text, _, _ := strings.Cut(f.text[f.lines[line]:], "\n")
	return strings.TrimSpace(text) == "" && f.lines[line] < len(f.text)
}
