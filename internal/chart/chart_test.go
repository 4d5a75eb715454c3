package chart_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/chart"
)

func TestNamesAreThoseOfTheInstalledChart(t *testing.T) {
	type names struct{ Fullname, Prometheus, Service, Alertmanager, Secret string }
	tests := []struct {
		name, release, override string
		want                    names
	}{
		{"cut after 26 bytes", "prometheus", "", names{
			"prometheus-kube-prometheus", "prometheus-kube-prometheus-prometheus", "prometheus-kube-prometheus-prometheus",
			"prometheus-kube-prometheus-alertmanager", "alertmanager-prometheus-kube-prometheus-alertmanager"}},
		{"short enough", "kps", "", names{
			"kps-kube-prometheus-stack", "kps-kube-prometheus-stack-prometheus", "kps-kube-prometheus-stack-prometheus",
			"kps-kube-prometheus-stack-alertmanager", "alertmanager-kps-kube-prometheus-stack-alertmanager"}},
		{"release is named after the chart", "kube-prometheus-stack", "", names{
			"kube-prometheus-stack", "kube-prometheus-stack-prometheus", "kube-prometheus-stack-prometheus",
			"kube-prometheus-stack-alertmanager", "alertmanager-kube-prometheus-stack-alertmanager"}},
		{"overridden", "prometheus", "monitoring", names{
			"monitoring", "monitoring-prometheus", "monitoring-prometheus",
			"monitoring-alertmanager", "alertmanager-monitoring-alertmanager"}},
		{"cut at a hyphen", "abcde", "a2345678901234567890-2345-78", names{
			"a2345678901234567890-2345", "a2345678901234567890-2345-prometheus", "a2345678901234567890-2345-prometheus",
			"a2345678901234567890-2345-alertmanager", "alertmanager-a2345678901234567890-2345-alertmanager"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := names{
				chart.Fullname(test.release, test.override), chart.PrometheusName(test.release, test.override),
				chart.PrometheusService(test.release, test.override), chart.AlertmanagerName(test.release, test.override),
				chart.AlertmanagerSecret(test.release, test.override),
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}
