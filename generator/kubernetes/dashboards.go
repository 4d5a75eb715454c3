package kubernetes

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// configMapLimit is how many bytes of data a ConfigMap may hold (Kubernetes, core/v1, MaxSecretSize and validation of
// ConfigMaps), less what names take.
const configMapLimit = 1<<20 - 4096

// The label that the dashboards sidecar of the chart's Grafana looks for, and the annotation that names the folder. The
// chart's default is to look in all namespaces.
const (
	dashboardLabel   = "grafana_dashboard"
	folderAnnotation = "grafana_folder"
)

// generalFolder is Grafana's root: a folder of that name cannot be made.
const generalFolder = "General"

const dashboardsNote = `# Apply with kubectl apply --server-side: client-side apply copies a resource into an annotation of at most 256 KiB,
# which a large dashboard exceeds.
`

// dataIndent is how far a literal block below data stands from the left.
const dataIndent = 4

// TooLargeError is a dashboard that no ConfigMap takes. The finding says so at the dashboard's place in the spec.
type TooLargeError struct{ Finding diag.Diagnostic }

func (e *TooLargeError) Error() string { return e.Finding.Path + ": " + e.Finding.Message }

func tooLarge(p *ir.Program, a artifact.Artifact) diag.Diagnostic {
	at := "slos" // those of SLOs stand nowhere in the spec
	for _, board := range p.Dashboards {
		if board.Name == strings.TrimSuffix(path.Base(a.Path), ".json") {
			at = board.Path
		}
	}
	return diag.Diagnostic{
		Code: "dashboard/too-large", Severity: diag.Error, Path: at, Pos: p.Locate(at),
		Message: fmt.Sprintf("%s has %d bytes, and Kubernetes takes %d in one ConfigMap", a.Path, len(a.Data), configMapLimit),
		Help:    "divide its panels among several dashboards",
	}
}

// dashboardMaps wraps each dashboard into a ConfigMap of its own, so that one that is too large stops no other.
func dashboardMaps(p *ir.Program, emitted []artifact.Artifact) ([]byte, error) {
	var b []byte
	taken := map[string]bool{}
	var annotations map[string]string
	if folder := p.Platform.Grafana.Folder; folder != "" && !strings.EqualFold(folder, generalFolder) {
		annotations = map[string]string{folderAnnotation: folder}
	}
	for _, a := range emitted {
		if a.Kind != artifact.Dashboards || path.Ext(a.Path) != ".json" {
			continue
		}
		if len(a.Data) > configMapLimit {
			return nil, &TooLargeError{tooLarge(p, a)}
		}
		if b == nil {
			b = append(make([]byte, 0, dashboardsSize(emitted)), header+dashboardsNote...)
		}
		wanted := resourceName(p.Name() + "-" + strings.TrimSuffix(path.Base(a.Path), ".json"))
		name := wanted
		for i := 2; taken[name]; i++ {
			name = wanted + "-" + strconv.Itoa(i)
		}
		taken[name] = true
		b = appendHead(b, "v1", "ConfigMap", name, namespace(p), labels(p, map[string]string{dashboardLabel: "1"}), annotations)
		// The sidecar writes all keys of the cluster into one folder: the key is unique because the name of the service is in it.
		b = append(b, "data:\n  "...)
		b = yamltext.AppendString(b, name+".json")
		b = append(b, ": "...)
		b = yamltext.AppendText(b, string(a.Data), 2)
		b = append(b, '\n')
	}
	return b, nil
}

// dashboardsSize is about how long the file gets: dashboards are long, and growing by and by would copy each several times.
func dashboardsSize(emitted []artifact.Artifact) int {
	const around = 1024 // more than what stands around one
	size := around
	for _, a := range emitted {
		if a.Kind == artifact.Dashboards {
			size += around + len(a.Data) + dataIndent*bytes.Count(a.Data, []byte("\n"))
		}
	}
	return size
}

var notInNames = regexp.MustCompile(`[^a-z0-9-]+`)

// resourceName turns a dashboard's name into a DNS label: lower case, and hyphens for what may not stand there.
func resourceName(name string) string {
	return strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "-"), "-")
}
