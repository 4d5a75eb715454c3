package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/grafana/regexp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/remote"
	"github.com/belfry-dev/belfry/internal/scaffold"
)

// initFlags are the flags of belfry init.
type initFlags struct {
	service, metrics string
	access           accessFlags
	schema           bool
	format           choice[diag.Format]
}

func (f *initFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.service, "service", "", "short `NAME` of the service; without it, that of the folder")
	flags.StringVar(&f.metrics, "from-metrics", "", "what a running service exposes, as a `FILE or URL`, to make the spec of")
	f.access.register(flags)
	flags.BoolVar(&f.schema, "schema", false, "only bring the copy of the spec language in cue.mod up to date with this belfry")
	registerFormat(flags, &f.format)
}

func initCommand() *cobra.Command {
	var flags initFlags
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Start a repository for a service's monitoring: a spec that works, make targets, CI",
		Long: `Start a repository for a service's monitoring, in DIR or the current folder: a small spec that works, the spec language for
editors and cue vet, a Makefile, workflows for GitHub and GitLab, pre-commit hooks, and a go.mod that pins the compiler.
Nothing is asked, and nothing that is there is overwritten: if any of the files is there, or a spec anywhere below, nothing is written.

With --from-metrics the spec is made of what a running service exposes: its metrics, with units guessed from their names and the
labels that were seen, and signals, objectives and alerts where requests and response times can be recognised.

With --schema nothing but the copy of the spec language below cue.mod is written: run it after belfry was upgraded.

Exit codes: 0 fine, 1 files are in the way or the exposition is wrong, 2 it could not run.`,
		Example: `  belfry init shop && cd shop && make generate check prove
  belfry init --service shop --from-metrics http://localhost:8080/metrics`,
		Args: arguments(0, 1, "name one folder"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			dir := "."
			if len(arguments) == 1 {
				dir = arguments[0]
			}
			if err := flags.access.validate(cmd.Flags(), remote.IsAddress(flags.metrics), "--from-metrics names an address"); err != nil {
				return err
			}
			if flags.schema {
				if err := refuse(cmd.Flags(), "with --schema, which writes nothing of a spec", "service", "from-metrics", "format"); err != nil {
					return err
				}
				return updateLanguage(cmd.OutOrStdout(), dir)
			}
			return flags.initialize(cmd, dir)
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func (f *initFlags) initialize(cmd *cobra.Command, dir string) error {
	service, err := f.serviceName(dir)
	if err != nil {
		return err
	}
	options := scaffold.Options{Client: "go", Version: fetchable(), Service: service, Below: belowRoot(dir)}
	var sketched scaffold.Sketched
	if f.metrics != "" {
		from := metricsFlags{flag: "from-metrics", places: []string{f.metrics}, access: f.access}
		metrics, found, err := from.read(cmd.Context())
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return report{found: found, format: f.format.value}.print(cmd.ErrOrStderr())
		}
		if options, sketched, err = scaffold.Sketch(options, metrics[0], f.metrics); err != nil {
			return err
		}
	}
	made, err := scaffold.Files(options)
	if err != nil {
		return err
	}
	found, err := scaffold.Write(dir, append(made, scaffold.Language()...))
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return report{found: found, format: f.format.value}.print(cmd.ErrOrStderr())
	}
	tellMade(cmd.OutOrStdout(), dir, made, sketched, options)
	return nil
}

// resourceName is what #Name of the spec language allows.
var resourceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$`)

// serviceName is the name that was given, or one made of the folder's.
func (f *initFlags) serviceName(dir string) (string, error) {
	if f.service != "" {
		if !resourceName.MatchString(f.service) {
			return "", fmt.Errorf("--service %q: want a name of at most 53 lower-case letters, digits and hyphens, such as shop-api", f.service)
		}
		return f.service, nil
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the folder: %w", err)
	}
	isOther := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	name := strings.Join(strings.FieldsFunc(strings.ToLower(filepath.Base(absolute)), isOther), "-")
	name = strings.Trim(name[:min(len(name), 53)], "-")
	if name == "" {
		return "", errors.New("the folder's name makes no name of a service: give one with --service NAME")
	}
	return name, nil
}

// plainFolder is a path that means itself in YAML, shells and make.
var plainFolder = regexp.MustCompile(`^[\w./ -]+$`)

// belowRoot is where a folder, which need not be there yet, lies below the root of its git repository, with slashes; empty for the root
// itself, or without a repository.
func belowRoot(dir string) string {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for root := absolute; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
			below, err := filepath.Rel(root, absolute)
			if err != nil || below == "." || !plainFolder.MatchString(filepath.ToSlash(below)) {
				return ""
			}
			return filepath.ToSlash(below)
		}
		if root == filepath.Dir(root) {
			return ""
		}
	}
}

// fetchable is the version of this program where it came from a module proxy, which is where others can have it from as well.
func fetchable() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Sum == "" {
		return ""
	}
	return info.Main.Version
}

// tellMade says what was written and what to do next.
func tellMade(w io.Writer, dir string, made []scaffold.File, sketched scaffold.Sketched, options scaffold.Options) {
	fmt.Fprintf(w, "init  %s, and the spec language in cue.mod\n", plural(len(made), "file"))
	for _, f := range made {
		fmt.Fprintf(w, "      + %s\n", f.Path)
	}
	if sketched.Metrics+len(sketched.LeftOut) > 0 {
		fmt.Fprintf(w, "spec  %s declared", plural(sketched.Metrics, "metric"))
		if n := len(sketched.LeftOut); n > 0 {
			fmt.Fprintf(w, ", %d left out: %s says why", n, scaffold.MetricsPath)
		}
		fmt.Fprintln(w)
	}
	if options.Version != "" {
		fmt.Fprintf(w, "pin   %s, in go.mod: make pin fetches it\n", options.Version)
	} else {
		fmt.Fprintln(w, "pin   none: this belfry was built from a checkout; make pin VERSION=v1.2.3 pins a release")
	}
	if options.Below != "" {
		fmt.Fprintf(w, "move  %s to the root of the repository: they work in %s, but are read there alone\n", strings.Join(scaffold.ForRoot(), ", "), options.Below)
	}
	change := ""
	if dir != "." {
		change = "cd " + shellWord(dir) + " && "
	}
	fmt.Fprintf(w, "next  %smake generate check prove, then look at the names and thresholds in spec/\n", change)
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./@%+=:,-]+$`)

// shellWord quotes a text where a shell would take it for more than one word.
func shellWord(text string) string {
	if plainWord.MatchString(text) && !strings.HasPrefix(text, "-") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// updateLanguage says what changed of the language's copy.
func updateLanguage(w io.Writer, dir string) error {
	changed, err := scaffold.WriteLanguage(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "schema  %s changed\n", plural(len(changed), "file"))
	printPaths(w, "~", changed)
	return nil
}
