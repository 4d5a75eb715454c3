package cluster

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// copied are the values that kube-prometheus-stack copies into a resource of the operator under another name, and those that it
// keeps for itself (""): of podAntiAffinity it makes an affinity of the pods.
var copied = map[string]string{"storageSpec": "storage", "useExistingSecret": "", "podAntiAffinity": ""}

// operated is the resource that the chart makes of the values' part for Prometheus or Alertmanager.
func operated(t *testing.T, kind string, values map[string]any) []byte {
	t.Helper()
	spec := map[string]any{}
	for key, value := range values {
		name, other := copied[key]
		if !other {
			name = key
		}
		if name != "" {
			spec[name] = value
		}
	}
	text, err := json.Marshal(object{
		"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "spec": spec,
		"metadata": map[string]any{"name": "chart", "namespace": "monitoring"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// takesValues applies what the chart makes of values.yaml, and asks the API server which resources the selectors in it select:
// all that were applied. The chart itself is not needed for this: it copies these values as they are.
func (c *cluster) takesValues(t *testing.T, p project, applied []object) {
	text, err := os.ReadFile(filepath.Join(p.folder, "out", "kubernetes", "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values struct {
		Prometheus   struct{ PrometheusSpec map[string]any }
		Alertmanager struct{ AlertmanagerSpec map[string]any }
	}
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	prometheus := values.Prometheus.PrometheusSpec
	for kind, values := range map[string]map[string]any{"Prometheus": prometheus, "Alertmanager": values.Alertmanager.AlertmanagerSpec} {
		if len(values) == 0 {
			t.Errorf("there are no values for %s", kind)
		}
		c.run(t, operated(t, kind, values), append(slices.Clone(apply), "--filename", "-")...)
	}
	for field, kind := range map[string]string{"ruleSelector": "PrometheusRule", "serviceMonitorSelector": "ServiceMonitor"} {
		var wanted []string
		for _, o := range applied {
			if o["kind"] == kind {
				wanted = append(wanted, o.key())
			}
		}
		slices.Sort(wanted)
		if got := c.selected(t, kind, prometheus[field]); len(wanted) == 0 || !slices.Equal(got, wanted) {
			t.Errorf("%s selects %q, want %q", field, got, wanted)
		}
	}
}

// selected names the objects of a kind in all namespaces that a selector by labels selects.
func (c *cluster) selected(t *testing.T, kind string, selector any) []string {
	t.Helper()
	whole, _ := selector.(map[string]any)
	labels, _ := whole["matchLabels"].(map[string]any)
	var terms []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		terms = append(terms, name+"="+labels[name].(string))
	}
	text := c.run(t, nil, "get", kind, "--all-namespaces", "--selector", strings.Join(terms, ","), "--output", "json")
	var list struct{ Items []object }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	return keys(list.Items)
}
