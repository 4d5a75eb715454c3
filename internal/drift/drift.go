// Package drift compares an output folder with what the spec gives. The artifacts of a compiled spec and the folder come
// in, a Report goes out: which files differ, were edited by hand, are missing or stale, and how. It shares the writer's
// view of the folder and changes nothing. Files that Belfry neither wrote nor would write are nobody's drift.
package drift

import (
	"path"
	"slices"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
)

// State is how a file has drifted.
type State string

// The states of a drifted file.
const (
	Differs State = "differs" // not edited, but the spec now gives other bytes
	Edited  State = "edited"  // has other bytes than Belfry wrote, by the manifest's hash
	Missing State = "missing" // the spec gives a file that is not there
	Stale   State = "stale"   // Belfry wrote it, and the spec no longer gives it
	// Outdated is a record of proofs that is about other rules, or another configuration of Alertmanager, than the spec gives.
	Outdated State = "outdated"
)

// File is one file that is not as the spec gives it.
type File struct {
	Path  string        // slash-separated, relative to the output folder
	Kind  artifact.Kind // "" for the manifest
	State State
	Old   []byte // bytes on disk; nil when missing or stale
	New   []byte // bytes from the spec; nil when stale
}

// Report is the result of a comparison.
type Report struct {
	Out   string // the output folder, as the user named it
	Same  int    // how many files are as the spec gives them
	Files []File // the drifted ones, sorted by path
}

// Drifted reports whether any file drifted.
func (r *Report) Drifted() bool { return len(r.Files) > 0 }

// states says what each of the writer's states means to a reader. A file that the manifest does not list was put there
// before Belfry's own: nothing proves an edit by hand.
var states = map[generator.FileState]State{
	generator.FileDiffers:     Differs,
	generator.FileUnlisted:    Differs,
	generator.FileEdited:      Edited,
	generator.FileMissing:     Missing,
	generator.FileStale:       Stale,
	generator.FileStaleEdited: Stale,
}

// Compare compares the artifacts of the kinds (none: all) with the folder. A folder that does not exist is an empty one.
// The manifest follows from the other files and is listed only when nothing else drifted. A *generator.RefusedError says
// that the folder or its manifest cannot be read safely; other errors are failures of the file system.
func Compare(out string, artifacts []artifact.Artifact, kinds ...artifact.Kind) (*Report, error) {
	plan, err := generator.PlanWrite(out, artifacts, kinds)
	if err != nil {
		return nil, err
	}
	report := &Report{Out: out}
	for _, planned := range slices.Concat(plan.Files, []generator.PlannedFile{plan.Manifest}) {
		state, drifted := states[planned.State]
		switch {
		case planned.Path == plan.Manifest.Path:
			if drifted && len(report.Files) == 0 {
				report.Files = append(report.Files, fileOf(planned, state))
			}
		case drifted:
			report.Files = append(report.Files, fileOf(planned, state))
		default:
			report.Same++
		}
	}
	if len(kinds) == 0 {
		proof, err := compareProof(out, artifacts)
		if err != nil {
			return nil, err
		}
		if proof != nil {
			report.Files = append(report.Files, *proof)
		}
	}
	return report, nil
}

func fileOf(planned generator.PlannedFile, state State) File {
	return File{Path: planned.Path, Kind: planned.Kind, State: state, Old: planned.Old, New: planned.New}
}

// Add takes over the report of a folder below this one's.
func (r *Report) Add(folder string, below *Report) {
	r.Same += below.Same
	for _, file := range below.Files {
		file.Path = path.Join(folder, file.Path)
		r.Files = append(r.Files, file)
	}
}
