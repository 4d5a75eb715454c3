package generator

import (
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// The types that callers meet, under names that they can import.
type (
	// Artifact is one file of the output: path below the output folder, kind, bytes.
	Artifact = artifact.Artifact
	// Kind names a family of artifacts.
	Kind = artifact.Kind
	// Diagnostic is one finding about a spec.
	Diagnostic = diag.Diagnostic
	// Diagnostics are findings in the order of files, lines and columns.
	Diagnostics = diag.List
	// Program is what a spec means.
	Program = ir.Program
)

// Kinds lists every kind, in output order.
func Kinds() []Kind { return artifact.Kinds() }
