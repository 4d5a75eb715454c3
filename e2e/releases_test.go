package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// release is one end of the range of versions that the output must load in.
type release struct {
	name string
	// program finds prometheus, promtool, alertmanager or amtool.
	program func(t *testing.T, name string) string
}

// releases are what Debian 12 has, Prometheus 2.42 and Alertmanager 0.25, and what tools/ pins.
var releases = []release{{"installed", installed}, {"newest", built}}

// eachRelease runs a test at both ends.
func eachRelease(t *testing.T, test func(t *testing.T, r release)) {
	t.Helper()
	for _, r := range releases {
		t.Run(r.name, func(t *testing.T) { test(t, r) })
	}
}

// installed finds a program of the system. Debian calls Alertmanager's prometheus-alertmanager.
func installed(t *testing.T, name string) string {
	t.Helper()
	if name == "alertmanager" {
		name = "prometheus-alertmanager"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		unavailable(t, "%s is not installed", name)
	}
	version, err := exec.CommandContext(t.Context(), path, "--version").CombinedOutput()
	if err != nil {
		t.Fatalf("%s --version: %v\n%s", path, err, version)
	}
	first, _, _ := strings.Cut(string(version), "\n")
	t.Log(first)
	return path
}

// project is a project whose programs are built, from the module of tools/ that requires it.
type project struct {
	module, folder string
	commands       string   // the module's folder of programs
	flags          []string // of go build
	// page is a file that the project embeds and that its module lacks, because releases build it from other sources.
	page string
}

// prometheusProject leaves out all discovery but the two that need no cloud's client: builds like it are what the output
// must load in, and it takes half the time.
var (
	prometheusProject = project{
		module: "github.com/prometheus/prometheus", folder: "prometheus", commands: "cmd",
		flags: []string{"-tags", "remove_all_sd,enable_static_sd,enable_file_sd"},
	}
	alertmanagerProject = project{
		module: "github.com/prometheus/alertmanager", folder: "alertmanager", commands: "cmd",
		page: "ui/app/dist/index.html",
	}
	thanosProject  = project{module: "github.com/thanos-io/thanos", folder: "thanos", commands: "cmd"}
	mimirProject   = project{module: "github.com/grafana/mimir", folder: "mimir", commands: "cmd"}
	vmalertProject = project{module: "github.com/VictoriaMetrics/VictoriaMetrics", folder: "vmalert", commands: "app"}
)

var builds = map[string]func() (string, error){
	"prometheus": buildPrometheus, "promtool": buildPrometheus,
	"alertmanager": buildAlertmanager, "amtool": buildAlertmanager,
	"mimir": buildMimir, "mimirtool": buildMimir,
	"thanos":  sync.OnceValues(func() (string, error) { return thanosProject.build("thanos") }),
	"vmalert": sync.OnceValues(func() (string, error) { return vmalertProject.build("vmalert") }),
}

var (
	buildPrometheus   = sync.OnceValues(func() (string, error) { return prometheusProject.build("prometheus", "promtool") })
	buildAlertmanager = sync.OnceValues(func() (string, error) { return alertmanagerProject.build("alertmanager", "amtool") })
	buildMimir        = sync.OnceValues(func() (string, error) { return mimirProject.build("mimir", "mimirtool") })
)

// built finds a program that was built from its project's module.
func built(t *testing.T, name string) string {
	t.Helper()
	folder, err := builds[name]()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s of %s", name, filepath.Base(folder))
	return filepath.Join(folder, name)
}

// build builds programs into bin/<project>-<version>, where they stay for the next run, and returns that folder.
func (p project) build(programs ...string) (string, error) {
	tools, err := filepath.Abs(filepath.Join("tools", p.folder))
	if err != nil {
		return "", err
	}
	described, err := command(tools, "go", "list", "-m", "-f", "{{.Version}}", p.module)
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Join("bin", p.folder+"-"+strings.TrimSpace(described)))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	staged := filepath.Join(work, p.folder)
	arguments := append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", staged + string(filepath.Separator)}, p.flags...)
	if p.page != "" {
		modfile, err := p.withPage(tools)
		if err != nil {
			return "", err
		}
		arguments = append(arguments, "-modfile", modfile)
	}
	for _, program := range programs {
		arguments = append(arguments, path.Join(p.module, p.commands, program))
	}
	if _, err := command(tools, "go", arguments...); err != nil {
		return "", err
	}
	return folder, install(staged, folder)
}

// withPage copies the project's module, adds an empty page, and returns a go.mod that uses the copy.
func (p project) withPage(tools string) (string, error) {
	if _, err := command(tools, "go", "mod", "download", p.module); err != nil {
		return "", err
	}
	module, err := command(tools, "go", "list", "-m", "-f", "{{.Dir}}", p.module)
	if err != nil {
		return "", err
	}
	source := filepath.Join(work, p.folder+"-source")
	if err := os.CopyFS(source, os.DirFS(strings.TrimSpace(module))); err != nil {
		return "", err
	}
	page := filepath.Join(source, filepath.FromSlash(p.page))
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(page, []byte("<!doctype html>\n"), 0o644); err != nil {
		return "", err
	}
	modules := filepath.Join(work, p.folder+"-modules")
	if err := os.CopyFS(modules, os.DirFS(tools)); err != nil {
		return "", err
	}
	modfile := filepath.Join(modules, "go.mod")
	_, err = command(tools, "go", "mod", "edit", "-replace", p.module+"="+source, modfile)
	return modfile, err
}

// install copies programs to a folder that is there as a whole or not at all. Another run may install the same at the same time.
func install(staged, folder string) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	partial, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".")
	if err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	if err := os.CopyFS(partial, os.DirFS(staged)); err != nil {
		return err
	}
	err = os.Rename(partial, folder)
	if _, there := os.Stat(folder); there == nil {
		return nil
	}
	return err
}

func command(dir, program string, arguments ...string) (string, error) {
	command := exec.Command(program, arguments...)
	command.Dir = dir
	var problems strings.Builder
	command.Stderr = &problems
	text, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w\n%s", command.Args, err, problems.String())
	}
	return string(text), nil
}
