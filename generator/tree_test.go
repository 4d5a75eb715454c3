package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// tree is a folder's files and their bytes. A folder without files is listed with a slash at its end.
type tree map[string]string

func readTree(t *testing.T, root string) tree {
	t.Helper()
	found := tree{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		switch {
		case entry.IsDir():
			inside, err := os.ReadDir(name)
			if len(inside) == 0 {
				found[relative+"/"] = ""
			}
			return err
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			found[relative] = "-> " + target
			return err
		}
		data, err := os.ReadFile(name)
		found[relative] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// treeOf is the tree that the artifacts make, manifest included.
func treeOf(t *testing.T, artifacts []artifact.Artifact) tree {
	t.Helper()
	want := tree{}
	var entries []ManifestEntry
	for _, a := range artifacts {
		want[a.Path] = string(a.Data)
		entries = append(entries, ManifestEntry{Path: a.Path, Kind: a.Kind, SHA256: hash(a.Data)})
	}
	manifest, err := encodeManifest(entries)
	if err != nil {
		t.Fatal(err)
	}
	want[manifestName] = string(manifest)
	return want
}

func requireTree(t *testing.T, root string, want tree) {
	t.Helper()
	if diff := cmp.Diff(want, readTree(t, root)); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", root, diff)
	}
}

func write(t *testing.T, out string, artifacts []artifact.Artifact, kinds ...artifact.Kind) *WriteReport {
	t.Helper()
	report, err := Write(out, artifacts, WriteOptions{Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func requireReport(t *testing.T, got *WriteReport, want WriteReport) {
	t.Helper()
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Fatalf("report (-want +got):\n%s", diff)
	}
}

// requireRefused demands a refusal whose first finding has the code and names the path.
func requireRefused(t *testing.T, err error, code, path string) {
	t.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("want a refusal with %s, got %v", code, err)
	}
	if refused.Findings[0].Code != code || !strings.Contains(err.Error(), path) || refused.Findings[0].Help == "" {
		t.Fatalf("want a %s with help that names %s, got %v", code, path, err)
	}
}

func put(t *testing.T, root, name, data string) {
	t.Helper()
	full := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// set makes rule artifacts from pairs of path and data.
func set(pairs ...string) []artifact.Artifact {
	var artifacts []artifact.Artifact
	for i := 0; i < len(pairs); i += 2 {
		artifacts = append(artifacts, artifact.Artifact{Path: pairs[i], Kind: artifact.Rules, Data: []byte(pairs[i+1])})
	}
	return artifacts
}

// randomSet draws some of a few paths, among them ones that are now a file and now a folder, with data of up to size bytes.
func randomSet(random *rand.Rand, size int) []artifact.Artifact {
	kinds := artifact.Kinds()
	used := map[string]bool{}
	var artifacts []artifact.Artifact
	for range random.Intn(60) {
		name := fmt.Sprintf("f%d", random.Intn(12))
		for range random.Intn(3) {
			name = fmt.Sprintf("f%d/%s", random.Intn(6), name)
		}
		clash := used[name]
		parents(name, func(dir string) bool {
			clash = clash || used[dir]
			return true
		})
		for _, a := range artifacts {
			clash = clash || strings.HasPrefix(a.Path, name+"/")
		}
		if clash {
			continue
		}
		used[name] = true
		data := bytes.Repeat([]byte(fmt.Sprintf("%d\n", random.Intn(3))), random.Intn(size/2))
		artifacts = append(artifacts, artifact.Artifact{Path: name, Kind: kinds[random.Intn(len(kinds))], Data: data})
	}
	return artifacts
}

// largeSet is the random set of the number: the same in every process.
func largeSet(number int64) []artifact.Artifact {
	return randomSet(rand.New(rand.NewSource(number)), 40_000)
}
