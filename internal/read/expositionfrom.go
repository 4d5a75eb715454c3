package read

import (
	"bytes"
	"context"
	"os"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/remote"
)

// accepted asks a target for what Exposition can read, as Prometheus does.
const accepted = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

// ExpositionFrom reads an exposition from a file, or from an address, which is asked as access says. The error says that it cannot
// be had; diagnostics are about its content.
func ExpositionFrom(ctx context.Context, access remote.Access, place string) ([]Metric, diag.List, error) {
	if remote.IsAddress(place) {
		answer, err := access.Fetch(ctx, place, accepted)
		if err != nil {
			return nil, nil, err
		}
		return Exposition(bytes.NewReader(answer), place)
	}
	file, err := os.Open(place)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	return Exposition(file, place)
}
