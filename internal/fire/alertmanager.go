package fire

import (
	"context"
	"fmt"
	"maps"

	"github.com/belfry-dev/belfry/internal/remote"
)

// alertsPath is where Alertmanager takes alerts, and lists those that it has.
const alertsPath = "/api/v2/alerts"

// status is what an Alertmanager says of itself.
type status struct {
	version string
	config  string // that it runs with, secrets left out
}

func statusOf(ctx context.Context, client *remote.Client) (status, error) {
	var answer struct {
		Config  struct{ Original string }
		Version *struct{ Version string } `json:"versionInfo"`
	}
	if err := client.Get(ctx, "/api/v2/status", &answer); err != nil {
		return status{}, err
	}
	if answer.Version == nil {
		return status{}, fmt.Errorf("%s does not say its version: is this the right address?", client)
	}
	return status{answer.Version.Version, answer.Config.Original}, nil
}

// find asks for the alert with exactly these labels. It is nil where the Alertmanager does not have it. All are the alerts that it
// has.
func find(ctx context.Context, client *remote.Client, labels map[string]string) (found *Held, all []Held, err error) {
	if err := client.Get(ctx, alertsPath, &all); err != nil {
		return nil, nil, err
	}
	for i := range all {
		if maps.Equal(all[i].Labels, labels) {
			return &all[i], all, nil
		}
	}
	return nil, all, nil
}
