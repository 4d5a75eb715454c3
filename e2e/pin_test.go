package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const belfryModule = "github.com/belfry-dev/belfry"

// TestAnUpgradeOfTheCompilerIsAChangeOfItsOwn installs a released belfry from a Go proxy, starts a repository with it, pins it, and
// upgrades to the next release: make uses what go.mod pins, and the upgrade changes go.mod, go.sum and the language's copy.
func TestAnUpgradeOfTheCompilerIsAChangeOfItsOwn(t *testing.T) {
	proxy, bin, repository := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "shop")
	// The versions are of this run alone: the module cache keeps what it has once seen of a version.
	first, second := fmt.Sprintf("v0.1.0-e2e.%d", time.Now().UnixNano()), fmt.Sprintf("v0.1.1-e2e.%d", time.Now().UnixNano())
	sources := sourcesOf(t)
	publish(t, proxy, sources, first)
	language := filepath.Join(sources, "schema", "spec.cue")
	content, err := os.ReadFile(language)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(language, append(content, "\n// A line that the next release has.\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	publish(t, proxy, sources, second)
	useProxy(t, proxy)
	t.Cleanup(func() { forget(t, first, second) })

	must := func(dir, program string, arguments ...string) string {
		t.Helper()
		text, err := command(dir, program, arguments...)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	t.Setenv("GOBIN", bin)
	must(bin, "go", "install", belfryModule+"/cmd/belfry@"+first)
	if text := must(bin, filepath.Join(bin, "belfry"), "init", repository); !strings.Contains(text, "pin   "+first+", in go.mod") {
		t.Errorf("init does not say what it pins:\n%s", text)
	}
	if text := read(t, repository, "go.mod"); !strings.Contains(text, "require "+belfryModule+" "+first) {
		t.Errorf("go.mod pins something else:\n%s", text)
	}
	must(repository, "make", "pin")
	must(repository, "make", "generate", "check", "prove", "drift")
	before := read(t, repository, "cue.mod/pkg/"+belfryModule+"/schema/spec.cue")

	must(repository, "make", "pin", "VERSION="+second)
	if text := read(t, repository, "go.mod"); strings.Contains(text, first) || !strings.Contains(text, belfryModule+" "+second) {
		t.Errorf("go.mod does not pin the next release:\n%s", text)
	}
	if after := read(t, repository, "cue.mod/pkg/"+belfryModule+"/schema/spec.cue"); after != before+"\n// A line that the next release has.\n" {
		t.Error("the language's copy is not that of the next release")
	}
	if text := must(repository, "go", "tool", "belfry", "version"); !strings.Contains(text, second) {
		t.Errorf("go tool runs %s", text)
	}
	must(repository, "make", "drift")
}

// TestABinaryIsPinnedByItsChecksum lets make refuse a belfry other than the one that was pinned.
func TestABinaryIsPinnedByItsChecksum(t *testing.T) {
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	bin, repository := t.TempDir(), filepath.Join(t.TempDir(), "shop")
	content, err := os.ReadFile(belfry)
	if err != nil {
		t.Fatal(err)
	}
	installed := filepath.Join(bin, "belfry")
	install := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(installed, content, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	install(content)
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, arguments := range [][]string{{"belfry", "init", repository}, {"make", "-C", repository, "pin-binary"}, {"make", "-C", repository, "check"}} {
		if _, err := command(bin, arguments[0], arguments[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	install(append(content, 0)) // another build
	_, err = command(bin, "make", "-C", repository, "check")
	if err == nil || !strings.Contains(err.Error(), "is not the belfry that belfry.sha256 pins") {
		t.Errorf("make runs a belfry that is not pinned: %v", err)
	}
}

// sourcesOf copies what git knows of the repository.
func sourcesOf(t *testing.T) string {
	t.Helper()
	listed, err := command(root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	if err != nil {
		unavailable(t, "this is no git repository: %v", err)
	}
	dir := t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		if strings.HasPrefix(name, "e2e/") || strings.HasPrefix(name, "golden/") || strings.HasPrefix(name, "out/") {
			continue // nothing of these is compiled
		}
		content, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// publish adds a version to a proxy, which is a folder (go help goproxy).
func publish(t *testing.T, proxy, sources, version string) {
	t.Helper()
	folder := filepath.Join(proxy, filepath.FromSlash(belfryModule), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	info, err := json.Marshal(map[string]string{"Version": version, "Time": "2026-01-01T00:00:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile(filepath.Join(sources, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for ending, content := range map[string][]byte{".info": info, ".mod": goMod} {
		if err := os.WriteFile(filepath.Join(folder, version+ending), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.OpenFile(filepath.Join(folder, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	if _, err := fmt.Fprintln(list, version); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(folder, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: belfryModule, Version: version}, sources); err != nil {
		t.Fatal(err)
	}
}

// useProxy lets go find Belfry in the folder, and everything else where it would.
func useProxy(t *testing.T, proxy string) {
	t.Helper()
	cache := goEnvironment(t, "GOMODCACHE")
	t.Setenv("GOPROXY", "file://"+proxy+",file://"+filepath.Join(cache, "cache", "download")+","+goEnvironment(t, "GOPROXY"))
	t.Setenv("GONOSUMDB", belfryModule)
	t.Setenv("GOSUMDB", "off") // nothing is fetched that go.sum of the repository has not listed
	t.Setenv("GOWORK", "off")
}

func goEnvironment(t *testing.T, name string) string {
	t.Helper()
	value, err := command(root, "go", "env", name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(value)
}

// forget removes the versions from the module cache, whose files are read-only.
func forget(t *testing.T, versions ...string) {
	t.Helper()
	cache := goEnvironment(t, "GOMODCACHE")
	for _, version := range versions {
		unpacked := filepath.Join(cache, filepath.FromSlash(belfryModule)+"@"+version)
		err := filepath.WalkDir(unpacked, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				err = os.Chmod(name, 0o755)
			}
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		if err := os.RemoveAll(unpacked); err != nil {
			t.Error(err)
		}
		downloads := filepath.Join(cache, "cache", "download", filepath.FromSlash(belfryModule), "@v")
		downloaded, err := filepath.Glob(filepath.Join(downloads, version+".*"))
		if err != nil {
			t.Error(err)
		}
		for _, name := range append(downloaded, filepath.Join(downloads, "list")) {
			if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
				t.Error(err)
			}
		}
	}
}

// read is a file below a folder.
func read(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
