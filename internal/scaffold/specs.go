package scaffold

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

// mostEntries is how many files and folders are looked at: init may be run in a folder that holds everything.
const mostEntries = 20_000

// existing refuses a folder that has a spec already: beside it, the example would be a second service.
func existing(dir string, root *os.Root) diag.List {
	specs := specsIn(root)
	if len(specs) == 0 {
		return nil
	}
	at := "./" + path.Join(filepath.ToSlash(dir), specs[0])
	if filepath.IsAbs(dir) {
		at = path.Join(filepath.ToSlash(dir), specs[0])
	}
	return diag.List{{Code: codeExists, Severity: diag.Error, Pos: diag.Pos{File: filepath.ToSlash(dir)},
		Message: "nothing is written: there is a spec already, in " + listed(specs),
		Help:    fmt.Sprintf("run belfry check %[1]s, and belfry generate %[1]s; another service starts in a folder of its own, such as belfry init services/NAME", at)}}
}

// listed names a few folders.
func listed(specs []string) string {
	const few = 3
	if len(specs) > few {
		return strings.Join(specs[:few], ", ") + " and " + strconv.Itoa(len(specs)-few) + " more"
	}
	return strings.Join(specs, ", ")
}

// specsIn lists the folders that have CUE files which import the spec language, or that are called spec and have any; sorted.
// Hidden folders and what cue.mod holds of others are passed over, and what cannot be read is no spec.
func specsIn(root *os.Root) []string {
	var specs []string
	looked := 0
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		looked++
		switch {
		case looked > mostEntries:
			return fs.SkipAll
		case err != nil:
			return fs.SkipDir
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"cue.mod", "node_modules", "vendor"}, entry.Name())):
			return fs.SkipDir
		case entry.Type().IsRegular() && path.Ext(name) == ".cue" && !slices.Contains(specs, path.Dir(name)) && isSpec(root, name):
			specs = append(specs, path.Dir(name))
		}
		return nil
	})
	slices.Sort(specs)
	return specs
}

func isSpec(root *os.Root, name string) bool {
	if path.Base(path.Dir(name)) == path.Dir(MetricsPath) {
		return true
	}
	data, err := root.ReadFile(name)
	if err != nil {
		return false
	}
	file, err := parser.ParseFile(name, data, parser.ImportsOnly)
	if err != nil {
		return false
	}
	for imported := range file.ImportSpecs() {
		if imported.Path.Value == strconv.Quote(schema.ImportPath) {
			return true
		}
	}
	return false
}
