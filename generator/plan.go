package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

// FileState is how a file on disk stands to the spec.
type FileState string

// The states. "Listed" means by the manifest, with its hash, or by what a run that died left behind.
const (
	FileSame        FileState = "same"
	FileDiffers     FileState = "differs"      // Belfry wrote these bytes, the spec now gives others
	FileEdited      FileState = "edited"       // listed, but somebody changed the bytes since
	FileUnlisted    FileState = "unlisted"     // not listed, and other bytes than the spec's
	FileMissing     FileState = "missing"      // the spec gives a file that is not there
	FileStale       FileState = "stale"        // listed and unchanged, but the spec no longer gives it
	FileStaleEdited FileState = "stale-edited" // as stale, but somebody changed the bytes since
)

// PlannedFile is one file that is on disk, or that the spec gives, or both.
type PlannedFile struct {
	Path  string
	Kind  artifact.Kind
	State FileState
	Old   []byte // bytes on disk where they are not New; nil when missing or stale, and in plans that Write makes for itself
	New   []byte // bytes from the spec; nil when stale
}

// Plan is what writing would do, sorted by path.
type Plan struct {
	Files    []PlannedFile
	Manifest PlannedFile // same, differs or missing
}

// PlanWrite compares the artifacts of the kinds (none: all that generators make) with the output folder, and writes nothing. A folder that does
// not exist is an empty one. Errors are those of Write.
func PlanWrite(out string, artifacts []artifact.Artifact, kinds []artifact.Kind) (*Plan, error) {
	p, err := newPlanner(out, artifacts, kinds)
	if err != nil {
		return nil, err
	}
	p.keepOld = true
	if p.output, err = openToRead(out); err != nil {
		return nil, err
	}
	if p.output == nil {
		return p.planNew()
	}
	defer p.output.close()
	return p.plan()
}

// planner classifies every file once, for the writer and for drift alike.
type planner struct {
	out      string
	output   *output // nil: there is no folder
	selected func(artifact.Kind) bool
	wanted   []artifact.Artifact // selected kinds only, sorted by path
	isWanted map[string]bool

	leftovers []leftover
	listed    []ManifestEntry            // the manifest as it stands on disk
	known     map[string]map[string]bool // path -> hashes of what Belfry wrote there or was about to write
	kinds     map[string]artifact.Kind   // of known paths
	stale     map[string]bool            // known paths no longer wanted whose file, if any, may go
	gone      map[string]bool            // those of them that are not on disk
	keepOld   bool                       // whether the plan carries the bytes on disk
}

func newPlanner(out string, artifacts []artifact.Artifact, kinds []artifact.Kind) (*planner, error) {
	p := &planner{
		out: out, isWanted: map[string]bool{}, known: map[string]map[string]bool{},
		kinds: map[string]artifact.Kind{}, stale: map[string]bool{}, gone: map[string]bool{},
	}
	p.selected = func(kind artifact.Kind) bool {
		return len(kinds) == 0 && kind != artifact.Proof || slices.Contains(kinds, kind)
	}
	for _, a := range artifacts {
		if p.selected(a.Kind) {
			p.wanted = append(p.wanted, a)
			p.isWanted[a.Path] = true
		}
	}
	slices.SortStableFunc(p.wanted, func(a, b artifact.Artifact) int { return cmp.Compare(a.Path, b.Path) })
	if found := checkPaths(out, p.wanted); len(found) > 0 {
		return nil, &RefusedError{found}
	}
	return p, nil
}

// planNew plans for a folder that does not exist.
func (p *planner) planNew() (*Plan, error) {
	plan := &Plan{}
	for _, a := range p.wanted {
		plan.Files = append(plan.Files, PlannedFile{Path: a.Path, Kind: a.Kind, State: FileMissing, New: a.Data})
	}
	var err error
	plan.Manifest, err = p.planManifest(nil)
	return plan, err
}

func (p *planner) plan() (*Plan, error) {
	oldManifest, err := p.readManifest()
	if err != nil {
		return nil, err
	}
	if p.leftovers, err = p.output.leftovers(); err != nil {
		return nil, err
	}
	p.learn()
	plan := &Plan{}
	if plan.Files, err = p.planStale(); err != nil {
		return nil, err
	}
	var found diag.List
	for _, a := range p.wanted {
		file, obstacle, err := p.planWanted(a)
		if err != nil {
			return nil, err
		}
		found = append(found, obstacle...)
		plan.Files = append(plan.Files, file)
	}
	if len(found) > 0 {
		return nil, &RefusedError{found.Sort()}
	}
	slices.SortFunc(plan.Files, func(a, b PlannedFile) int { return cmp.Compare(a.Path, b.Path) })
	plan.Manifest, err = p.planManifest(oldManifest)
	return plan, err
}

// readManifest returns the manifest's bytes, nil where there is none.
func (p *planner) readManifest() ([]byte, error) {
	seen, err := p.output.look(manifestName)
	if err != nil || seen.place == nothing {
		return nil, err
	}
	if seen.place != regularFile {
		return nil, &RefusedError{diag.List{p.output.inTheWay(manifestName, seen)}}
	}
	data, err := p.output.readFile(manifestName)
	if err != nil {
		return nil, err
	}
	var found diag.List
	if p.listed, found = decodeManifest(display(p.out, manifestName), data); len(found) > 0 {
		return nil, &RefusedError{found}
	}
	return data, nil
}

// learn collects what Belfry wrote, from the manifest and from the journals of runs that died.
func (p *planner) learn() {
	journals := [][]ManifestEntry{p.listed}
	for _, left := range p.leftovers {
		journals = append(journals, left.journal)
	}
	for _, journal := range journals {
		for _, entry := range journal {
			if entry.problem() != "" {
				continue // only in a journal: a manifest with such an entry was refused
			}
			if p.known[entry.Path] == nil {
				p.known[entry.Path] = map[string]bool{}
				p.kinds[entry.Path] = entry.Kind
			}
			p.known[entry.Path][entry.SHA256] = true
		}
	}
}

// planStale looks at every known file of the selected kinds that is no longer wanted.
func (p *planner) planStale() ([]PlannedFile, error) {
	var files []PlannedFile
	for _, name := range slices.Sorted(maps.Keys(p.known)) {
		if p.isWanted[name] || !p.selected(p.kinds[name]) {
			continue
		}
		seen, err := p.output.look(name)
		if err != nil {
			return nil, err
		}
		if seen.at != name || seen.place == nothing || seen.place == folder {
			p.stale[name] = true
			p.gone[name] = true
			continue
		}
		file := PlannedFile{Path: name, Kind: p.kinds[name], State: FileStaleEdited}
		if seen.place == regularFile {
			old, err := p.output.readFile(name)
			if err != nil {
				return nil, err
			}
			if p.known[name][hash(old)] {
				file.State = FileStale
				p.stale[name] = true
			}
		}
		files = append(files, file)
	}
	return files, nil
}

// planWanted looks at the file of one artifact, and returns findings when something stands in its way.
func (p *planner) planWanted(a artifact.Artifact) (PlannedFile, diag.List, error) {
	file := PlannedFile{Path: a.Path, Kind: a.Kind, State: FileMissing, New: a.Data}
	seen, err := p.output.look(a.Path)
	if err != nil || seen.place == nothing {
		return file, nil, err
	}
	if seen.place != regularFile || seen.at != a.Path {
		clears, err := p.willClear(seen)
		if err != nil || clears {
			return file, nil, err
		}
		return file, diag.List{p.output.inTheWay(a.Path, seen)}, nil
	}
	old, err := p.output.readFile(a.Path)
	if err != nil {
		return file, nil, err
	}
	if bytes.Equal(old, a.Data) {
		file.State = FileSame
		return file, nil, nil
	}
	if p.keepOld {
		file.Old = old
	}
	switch hashes := p.known[a.Path]; {
	case hashes == nil:
		file.State = FileUnlisted
	case hashes[hash(old)]:
		file.State = FileDiffers
	default:
		file.State = FileEdited
	}
	return file, nil, nil
}

// willClear reports whether pruning takes away what stands in the way: a stale file, or a folder of nothing but stale files.
func (p *planner) willClear(seen sight) (bool, error) {
	switch seen.place {
	case regularFile:
		return p.stale[seen.at], nil
	case folder:
		return p.onlyStale(seen.at)
	}
	return false, nil
}

// onlyStale reports whether the folder holds nothing but stale files and folders that were made for such.
func (p *planner) onlyStale(dir string) (bool, error) {
	ours := false
	for name := range p.stale {
		ours = ours || strings.HasPrefix(name, dir+"/")
	}
	if !ours {
		return false, nil
	}
	handle, err := p.output.root.Open(dir)
	if err != nil {
		return false, fmt.Errorf("list %s: %w", display(p.out, dir), err)
	}
	entries, err := handle.ReadDir(-1)
	_ = handle.Close() // was only read
	if err != nil {
		return false, fmt.Errorf("list %s: %w", display(p.out, dir), err)
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if !entry.IsDir() && p.stale[name] {
			continue
		}
		if !entry.IsDir() {
			return false, nil
		}
		if only, err := p.onlyStale(name); err != nil || !only {
			return false, err
		}
	}
	return true, nil
}

// planManifest computes the manifest to be: the lines of other kinds as they are, and one line per wanted artifact.
func (p *planner) planManifest(old []byte) (PlannedFile, error) {
	var entries []ManifestEntry
	for _, entry := range p.listed {
		if !p.selected(entry.Kind) && !p.isWanted[entry.Path] {
			entries = append(entries, entry)
		}
	}
	for _, a := range p.wanted {
		entries = append(entries, ManifestEntry{Path: a.Path, Kind: a.Kind, SHA256: hash(a.Data)})
	}
	data, err := encodeManifest(entries)
	file := PlannedFile{Path: manifestName, State: FileDiffers, Old: old, New: data}
	switch {
	case old == nil:
		file.State = FileMissing
	case bytes.Equal(old, data):
		file.State, file.Old = FileSame, nil
	}
	return file, err
}
