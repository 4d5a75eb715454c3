package drift

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/prove"
)

// compareProof looks at the record of proofs, where there is one: nobody has to keep it, but one that is kept must be about these rules
// and this configuration, and as Belfry wrote it.
func compareProof(out string, artifacts []artifact.Artifact) (*File, error) {
	record, err := os.ReadFile(filepath.Join(out, prove.RecordPath))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the record of proofs: %w", err)
	}
	proven := prove.RecordHash(record)
	if proven == "" {
		return nil, nil // a page of the user's own
	}
	file := &File{Path: prove.RecordPath, Kind: artifact.Proof, Old: record}
	same := artifact.Artifact{Path: prove.RecordPath, Kind: artifact.Proof, Data: record}
	plan, err := generator.PlanWrite(out, []artifact.Artifact{same}, []artifact.Kind{artifact.Proof})
	switch {
	case err != nil:
		return nil, err
	case proven != prove.Hash(artifacts):
		file.State = Outdated
	case plan.Manifest.State != generator.FileSame:
		file.State = Edited
	default:
		return nil, nil
	}
	return file, nil
}
