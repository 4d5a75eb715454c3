package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// WriteOptions say what Write writes.
type WriteOptions struct {
	Kinds   []artifact.Kind // only these kinds; files and manifest lines of the others stay as they are. Empty: all kinds.
	Waiting func()          // called once when another run holds the folder and this one has to wait; may be nil
}

// WriteReport says what Write did. All paths are slash-separated, relative to the output folder and sorted; the manifest is
// not among them.
type WriteReport struct {
	Written    []string `json:"written,omitempty"`    // created or changed
	Unchanged  []string `json:"unchanged,omitempty"`  // not touched
	Pruned     []string `json:"pruned,omitempty"`     // no longer generated, and deleted
	Edited     []string `json:"edited,omitempty"`     // part of Written: had bytes that Belfry did not write, which git may still have
	KeptEdited []string `json:"keptEdited,omitempty"` // no longer generated, but edited by hand: kept, and the user's own from now on
}

// Write makes the output folder hold exactly the artifacts, next to files that are not Belfry's.
//
// Changed files are staged inside the folder and then renamed into place, the manifest last: a crash at any moment
// leaves each file whole, old or new, and the next run mends the rest. Two runs at once wait for each other. A file is
// deleted only when the manifest lists it with the hash it has.
//
// A *RefusedError says that the user has to mend something first; then nothing was touched. Other errors are failures of
// the file system.
func Write(out string, artifacts []artifact.Artifact, options WriteOptions) (*WriteReport, error) {
	planner, err := newPlanner(out, artifacts, options.Kinds)
	if err != nil {
		return nil, err
	}
	if planner.output, err = openToWrite(out, options.Waiting); err != nil {
		return nil, err
	}
	defer planner.output.close()
	plan, err := planner.plan()
	if err != nil {
		return nil, err
	}
	w := &writer{planner: planner, output: planner.output, plan: plan, made: map[string]bool{}}
	if err := w.run(); err != nil {
		return nil, err
	}
	return plan.report(), nil
}

// report sorts the files of a finished plan by what happened to them.
func (p *Plan) report() *WriteReport {
	report := &WriteReport{}
	for _, file := range p.Files {
		switch file.State {
		case FileSame:
			report.Unchanged = append(report.Unchanged, file.Path)
		case FileStale:
			report.Pruned = append(report.Pruned, file.Path)
		case FileStaleEdited:
			report.KeptEdited = append(report.KeptEdited, file.Path)
		case FileEdited, FileUnlisted:
			report.Edited = append(report.Edited, file.Path)
			report.Written = append(report.Written, file.Path)
		case FileDiffers, FileMissing:
			report.Written = append(report.Written, file.Path)
		}
	}
	return report
}

// writer carries out a plan.
type writer struct {
	planner *planner
	output  *output
	plan    *Plan
	moves   []move
	last    *move             // the manifest's
	made    map[string]bool   // folders known to exist
	folded  map[string]string // wanted paths by their folded spelling, made when first needed
}

type move struct{ staged, target string }

// run stages all, makes room, moves all into place, prunes, moves the manifest and removes what dead runs left. The order
// is what makes a crash harmless: until the manifest has moved, the old one and the staged one together list every file.
func (w *writer) run() error {
	stagingFolder, err := w.stage()
	if err != nil {
		return err
	}
	blocking, others := w.prunable()
	if err := w.prune(blocking); err != nil {
		return err
	}
	for _, m := range w.moves {
		if err := w.move(m); err != nil {
			return err
		}
	}
	if err := w.prune(others); err != nil {
		return err
	}
	if w.last != nil {
		if err := w.move(*w.last); err != nil {
			return err
		}
	}
	if stagingFolder != "" {
		if err := w.output.removeStaging(stagingFolder, nil); err != nil {
			return err
		}
	}
	return w.removeLeftovers()
}

// stage writes the changed files and the manifest into a new staging folder. When it fails, nothing has changed.
func (w *writer) stage() (string, error) {
	changed := slices.DeleteFunc(slices.Clone(w.plan.Files), func(f PlannedFile) bool {
		return f.State == FileSame || f.State == FileStale || f.State == FileStaleEdited
	})
	if len(changed) == 0 && w.plan.Manifest.State == FileSame {
		return "", nil
	}
	s, err := w.output.newStaging()
	if err != nil {
		return "", err
	}
	defer s.close()
	if err := w.fill(s, changed); err != nil {
		_ = w.output.root.RemoveAll(s.folder) // the failure itself is what the user has to hear about
		return "", err
	}
	return s.folder, nil
}

func (w *writer) fill(s *staging, changed []PlannedFile) error {
	for _, file := range changed {
		staged, err := s.add(file.New)
		if err != nil {
			return err
		}
		w.moves = append(w.moves, move{staged, file.Path})
	}
	if w.plan.Manifest.State == FileSame {
		return nil
	}
	staged, err := s.addManifest(w.plan.Manifest.New)
	w.last = &move{staged, manifestName}
	return err
}

// move renames a staged file into place and makes the folders above it.
func (w *writer) move(m move) error {
	if err := w.makeFolder(path.Dir(m.target)); err != nil {
		return err
	}
	if err := w.output.root.Rename(m.staged, m.target); err != nil {
		return fmt.Errorf("cannot write %s: %w", display(w.output.name, m.target), cause(err))
	}
	return nil
}

func (w *writer) makeFolder(dir string) error {
	if dir == "." || w.made[dir] {
		return nil
	}
	if err := w.makeFolder(path.Dir(dir)); err != nil {
		return err
	}
	err := w.output.root.Mkdir(dir, folderMode)
	if err == nil {
		err = w.output.root.Chmod(dir, folderMode)
	} else if errors.Is(err, fs.ErrExist) {
		err = nil // a file there makes the rename fail, which names the target
	}
	if err != nil {
		return fmt.Errorf("cannot make folder %s: %w", display(w.output.name, dir), cause(err))
	}
	w.made[dir] = true
	return nil
}

// prunable splits the stale paths into those that stand where a file or folder has to go, and the others, which go later
// so that no reader of the folder sees a moved file in neither place.
func (w *writer) prunable() (blocking, others []string) {
	folders := map[string]bool{}
	for _, a := range w.planner.wanted {
		parents(a.Path, func(dir string) bool {
			known := folders[dir]
			folders[dir] = true
			return !known
		})
	}
	for name := range w.planner.stale {
		blocks := folders[name]
		parents(name, func(dir string) bool {
			blocks = blocks || w.planner.isWanted[dir]
			return !blocks
		})
		if blocks {
			blocking = append(blocking, name)
		} else {
			others = append(others, name)
		}
	}
	slices.Sort(blocking)
	slices.Sort(others)
	return blocking, others
}

// prune removes stale files and the folders that this leaves empty. Paths whose file is gone already are a dead run's
// doing: their folders may be left.
func (w *writer) prune(names []string) error {
	for _, name := range names {
		if !w.planner.gone[name] && !w.isSpelledOtherwise(name) {
			err := w.output.root.Remove(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("cannot remove %s: %w", display(w.output.name, name), cause(err))
			}
		}
		parents(name, w.removeEmptyFolder)
	}
	return nil
}

// removeEmptyFolder reports whether there is no such folder any more. Removing one that still holds something fails, as it
// should.
func (w *writer) removeEmptyFolder(dir string) bool {
	seen, err := w.output.lookAt(dir)
	if err != nil || seen.place != folder {
		return err == nil && seen.place == nothing
	}
	return w.output.root.Remove(dir) == nil
}

// isSpelledOtherwise reports whether the file is one of the new ones under an older spelling, as on a file system blind to
// case after an alert was renamed from diskFull to DiskFull.
func (w *writer) isSpelledOtherwise(name string) bool {
	if w.folded == nil {
		w.folded = map[string]string{}
		for _, a := range w.planner.wanted {
			w.folded[foldCase(a.Path)] = a.Path
		}
	}
	twin, ok := w.folded[foldCase(name)]
	if !ok {
		return false
	}
	stale, err := w.output.root.Lstat(name)
	if err != nil {
		return false
	}
	wanted, err := w.output.root.Lstat(twin)
	return err == nil && os.SameFile(stale, wanted)
}

// removeLeftovers removes what dead runs left, except a journal that still knows more than the manifest about kinds that
// this run does not write.
func (w *writer) removeLeftovers() error {
	for _, left := range w.planner.leftovers {
		if !w.output.abandoned(left) || w.planner.needs(left.journal) {
			continue
		}
		if err := w.output.removeStaging(left.folder, left.files); err != nil {
			return err
		}
	}
	return nil
}

// needs reports whether the journal of a dead run lists a file of another kind that the manifest does not.
func (p *planner) needs(journal []ManifestEntry) bool {
	listed := map[ManifestEntry]bool{}
	for _, entry := range p.listed {
		listed[entry] = true
	}
	return slices.ContainsFunc(journal, func(entry ManifestEntry) bool {
		return !p.selected(entry.Kind) && !listed[entry]
	})
}
