package read

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
)

// scrapeTimeout is Prometheus' own default for how long a target may take.
const scrapeTimeout = 10 * time.Second

// accepted asks a target for what Exposition can read, as Prometheus does.
const accepted = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

// ExpositionFrom reads an exposition from a file, or over HTTP where the place starts with http:// or https://. The error says
// that it cannot be had; diagnostics are about its content.
func ExpositionFrom(ctx context.Context, place string) ([]Metric, diag.List, error) {
	if strings.HasPrefix(place, "http://") || strings.HasPrefix(place, "https://") {
		return scrape(ctx, place)
	}
	file, err := os.Open(place)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	return Exposition(file, place)
}

func scrape(ctx context.Context, url string) ([]Metric, diag.List, error) {
	ctx, stop := context.WithTimeout(ctx, scrapeTimeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("scrape: %w", err)
	}
	request.Header.Set("Accept", accepted)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, fmt.Errorf("scrape: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("scrape %s: the answer is %s", request.URL.Redacted(), response.Status)
	}
	return Exposition(response.Body, request.URL.Redacted())
}
