package generator

import (
	"errors"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// model is what a folder must hold, computed without a disk.
type model struct {
	disk   tree
	listed map[string]ManifestEntry
}

// write predicts a run: what it reports, or that it refuses.
func (m *model) write(artifacts []artifact.Artifact, kinds []artifact.Kind) (report WriteReport, refused bool) {
	selected := func(kind artifact.Kind) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
	disk, listed, wanted := maps.Clone(m.disk), maps.Clone(m.listed), map[string]artifact.Artifact{}
	for _, a := range artifacts {
		if selected(a.Kind) {
			wanted[a.Path] = a
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.listed)) {
		data, exists := m.disk[name]
		if _, isWanted := wanted[name]; isWanted || !selected(m.listed[name].Kind) {
			continue
		}
		delete(listed, name)
		if exists && hash([]byte(data)) == m.listed[name].SHA256 {
			report.Pruned = append(report.Pruned, name)
			delete(disk, name)
		} else if exists {
			report.KeptEdited = append(report.KeptEdited, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		for other := range disk {
			refused = refused || strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/")
		}
		old, exists := m.disk[name]
		entry, isListed := m.listed[name]
		new := string(wanted[name].Data)
		if exists && old == new {
			report.Unchanged = append(report.Unchanged, name)
		} else {
			report.Written = append(report.Written, name)
			if exists && (!isListed || hash([]byte(old)) != entry.SHA256) {
				report.Edited = append(report.Edited, name)
			}
		}
		listed[name] = ManifestEntry{Path: name, Kind: wanted[name].Kind, SHA256: hash([]byte(new))}
	}
	if refused {
		return WriteReport{}, true
	}
	for name, a := range wanted {
		disk[name] = string(a.Data)
	}
	m.disk, m.listed = disk, listed
	return report, false
}

// want is the tree with the manifest.
func (m *model) want(t *testing.T) tree {
	t.Helper()
	manifest, err := encodeManifest(slices.Collect(maps.Values(m.listed)))
	if err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(m.disk)
	want[manifestName] = string(manifest)
	return want
}

// meddle does what a user may do to the folder: edit, delete, add.
func (m *model) meddle(t *testing.T, out string, random *rand.Rand) {
	t.Helper()
	for range random.Intn(4) {
		put(t, out, "mine/notes", "the user's")
		m.disk["mine/notes"] = "the user's"
		all := slices.Sorted(maps.Keys(m.disk))
		name := all[random.Intn(len(all))]
		if random.Intn(2) == 0 {
			put(t, out, name, "edited")
			m.disk[name] = "edited"
			continue
		}
		m.remove(t, out, name)
	}
}

func (m *model) remove(t *testing.T, out, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(out, name)); err != nil {
		t.Fatal(err)
	}
	delete(m.disk, name)
	parents(name, func(dir string) bool { return os.Remove(filepath.Join(out, dir)) == nil })
}

// Any sequence of sets, kinds and meddling leaves the folder and the report that the model predicts, and a second run of
// the same set changes nothing.
func TestAnySequenceOfRunsDoesWhatTheModelSays(t *testing.T) {
	refusals := 0
	for seed := range int64(60) {
		random := rand.New(rand.NewSource(seed))
		out := t.TempDir()
		m := &model{tree{}, map[string]ManifestEntry{}}
		for range 6 {
			artifacts := randomSet(random, 20)
			var kinds []artifact.Kind
			if random.Intn(3) == 0 {
				kinds = artifact.Kinds()[random.Intn(4):][:3]
			}
			before := m.want(t)
			report, refused := m.write(artifacts, kinds)
			got, err := Write(out, artifacts, WriteOptions{Kinds: kinds})
			if refused {
				refusals++
				if !errors.As(err, new(*RefusedError)) {
					t.Fatalf("seed %d: want a refusal, got %v", seed, err)
				}
				if len(before) > 1 { // the first run of all leaves an empty folder without a manifest
					requireTree(t, out, before)
				}
				continue
			}
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if diff := cmp.Diff(&report, got); diff != "" {
				t.Fatalf("seed %d: report (-want +got):\n%s", seed, diff)
			}
			requireTree(t, out, m.want(t))
			again := write(t, out, artifacts, kinds...)
			if len(again.Written)+len(again.Pruned)+len(again.Edited)+len(again.KeptEdited) > 0 {
				t.Fatalf("seed %d: a second run did %+v", seed, again)
			}
			m.meddle(t, out, random)
		}
	}
	if refusals == 0 {
		t.Fatal("no sequence met something in the way: the model is tested too little")
	}
	t.Logf("%d runs refused", refusals)
}
