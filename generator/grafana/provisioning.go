package grafana

import (
	"cmp"
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/chart"
	"github.com/belfry-dev/belfry/internal/ir"
)

// dashboardFolder is where Grafana's container finds provisioned dashboards.
const dashboardFolder = "/var/lib/grafana/dashboards/"

// dashboardProviders is a file of Grafana's provisioning/dashboards.
type dashboardProviders struct {
	APIVersion int                 `json:"apiVersion"`
	Providers  []dashboardProvider `json:"providers"`
}

// dashboardProvider loads the dashboards of one folder. Nobody can edit them in Grafana, because the next reload would
// undo it.
type dashboardProvider struct {
	Name            string          `json:"name"`
	OrgID           int             `json:"orgId"`
	Folder          string          `json:"folder"`
	Type            string          `json:"type"`
	DisableDeletion bool            `json:"disableDeletion"`
	AllowUIUpdates  bool            `json:"allowUiUpdates"`
	Options         providerOptions `json:"options"`
}

type providerOptions struct {
	Path string `json:"path"`
}

// datasources is a file of Grafana's provisioning/datasources.
type datasources struct {
	APIVersion  int          `json:"apiVersion"`
	Datasources []datasource `json:"datasources"`
}

type datasource struct {
	Name      string         `json:"name"`
	Type      string         `json:"type"`
	UID       string         `json:"uid"`
	Access    string         `json:"access"`
	URL       string         `json:"url"`
	IsDefault bool           `json:"isDefault"`
	Editable  bool           `json:"editable"`
	JSONData  datasourceJSON `json:"jsonData"`
}

// datasourceJSON are the data source's own settings. TimeInterval is how often series are scraped, which Grafana computes
// $__rate_interval from.
type datasourceJSON struct {
	HTTPMethod   string `json:"httpMethod"`
	TimeInterval string `json:"timeInterval,omitempty"`
}

// provision makes the files that tell Grafana where the dashboards are and, for the platform, where Prometheus is.
func provision(p *ir.Program, hasDashboards bool) ([]artifact.Artifact, error) {
	var artifacts []artifact.Artifact
	add := func(path string, content any) error {
		data, err := yaml.Marshal(content)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		artifacts = append(artifacts, artifact.Artifact{Path: path, Kind: artifact.Provisioning, Data: data})
		return nil
	}
	if hasDashboards {
		if err := add(providersPath+p.Name()+".yaml", providers(p)); err != nil {
			return nil, err
		}
	}
	if p.OwnsPlatform {
		if err := add(datasourcesPath+"prometheus.yaml", prometheusSource(p)); err != nil {
			return nil, err
		}
	}
	return artifacts, nil
}

// The folders of provisioning files.
const (
	providersPath   = "grafana/provisioning/dashboards/"
	datasourcesPath = "grafana/provisioning/datasources/"
)

func providers(p *ir.Program) dashboardProviders {
	folder := p.Platform.Grafana.Folder
	if folder == "General" {
		// Grafana's root folder has this title but is named by nothing; a folder of this title is refused.
		folder = ""
	}
	return dashboardProviders{APIVersion: 1, Providers: []dashboardProvider{{
		Name:    p.Name(),
		OrgID:   1,
		Folder:  folder,
		Type:    "file",
		Options: providerOptions{Path: dashboardFolder + p.Name()},
	}}}
}

func prometheusSource(p *ir.Program) datasources {
	platform := p.Platform
	source := datasource{
		Name:   "Prometheus",
		Type:   "prometheus",
		UID:    "prometheus",
		Access: "proxy",
		URL: cmp.Or(platform.Grafana.PrometheusURL, fmt.Sprintf("http://%s.%s:%d",
			chart.PrometheusService(platform.Release, platform.FullnameOverride), platform.Namespace, chart.PrometheusPort)),
		IsDefault: true,
		JSONData:  datasourceJSON{HTTPMethod: "POST"},
	}
	if p.Service != nil && p.Service.Scrape.Interval > 0 {
		source.JSONData.TimeInterval = interval(p.Service.Scrape.Interval)
	}
	return datasources{APIVersion: 1, Datasources: []datasource{source}}
}
