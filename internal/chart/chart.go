// Package chart knows the names that the Helm chart kube-prometheus-stack gives to what it installs. In come the release's
// name and the chart's fullnameOverride, out go the names of Kubernetes objects that generated files must refer to.
//
// The rules are those of the chart's templates/_helpers.tpl, without cleanPrometheusOperatorObjectNames.
package chart

import "strings"

// chartName is the name of the chart, which its names are made from.
const chartName = "kube-prometheus-stack"

// fullnameLimit is how many bytes of a name the chart keeps, so that the operator's suffixes fit into 63.
const fullnameLimit = 26

// PrometheusPort is the port of the Service that PrometheusService names.
const PrometheusPort = 9090

// Fullname is the prefix of the chart's names: the override where there is one, else the release's name, with the chart's
// name appended unless the release's already contains it; cut after 26 bytes.
func Fullname(release, override string) string {
	switch {
	case override != "":
		return cut(override)
	case strings.Contains(release, chartName):
		return cut(release)
	default:
		return cut(release + "-" + chartName)
	}
}

// cut is the chart's `trunc 26 | trimSuffix "-"`, which takes away one hyphen only.
func cut(name string) string {
	if len(name) > fullnameLimit {
		name = name[:fullnameLimit]
	}
	return strings.TrimSuffix(name, "-")
}

// PrometheusName is the name of the Prometheus custom resource.
func PrometheusName(release, override string) string {
	return Fullname(release, override) + "-prometheus"
}

// PrometheusService is the name of the Service that Prometheus is reached by.
func PrometheusService(release, override string) string {
	return Fullname(release, override) + "-prometheus"
}

// AlertmanagerName is the name of the Alertmanager custom resource.
func AlertmanagerName(release, override string) string {
	return Fullname(release, override) + "-alertmanager"
}

// AlertmanagerSecret is the name of the Secret that the operator reads Alertmanager's configuration from (key
// alertmanager.yaml). The chart creates it itself unless alertmanager.alertmanagerSpec.useExistingSecret is set.
func AlertmanagerSecret(release, override string) string {
	return "alertmanager-" + AlertmanagerName(release, override)
}
