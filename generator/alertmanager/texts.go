package alertmanager

// The texts of notifications, as Go templates over Alertmanager's template.Data. A group usually holds one alert's series:
// their descriptions differ, their summary does not. None of the texts is ever empty, because PagerDuty refuses an event
// without a summary and Alertmanager 0.25 sends a link without an address.
const (
	// titleText is one line: the summary that all alerts share, or else how many of which alert there are.
	titleText = `{{ if .CommonAnnotations.summary }}{{ .CommonAnnotations.summary }}{{ else }}` +
		`{{ if .CommonLabels.alertname }}{{ if gt (len .Alerts) 1 }}{{ len .Alerts }} × {{ end }}{{ .CommonLabels.alertname }}` +
		`{{ else }}{{ len .Alerts }} alerts{{ end }}{{ if .CommonLabels.service }} on {{ .CommonLabels.service }}{{ end }}{{ end }}`

	// statusTitleText tells the end of an alert from its beginning where the channel does not.
	statusTitleText = `{{ if eq .Status "resolved" }}Resolved: {{ end }}` + titleText

	// describe is what one alert says: its description, or its summary, or its name.
	describe = `{{ or .Annotations.description .Annotations.summary .Labels.alertname "alert without a name" }}`

	firingText   = `{{ range .Alerts.Firing }}- ` + describe + "\n{{ end }}"
	resolvedText = `{{ range .Alerts.Resolved }}- ` + describe + "\n{{ end }}"

	// bodyText lists every alert and ends with the links.
	bodyText = `{{ if .Alerts.Firing }}Firing ({{ len .Alerts.Firing }}):` + "\n" + firingText + `{{ end }}` +
		`{{ if .Alerts.Resolved }}Resolved ({{ len .Alerts.Resolved }}):` + "\n" + resolvedText + `{{ end }}` +
		`{{ if .CommonAnnotations.runbook_url }}Runbook: {{ .CommonAnnotations.runbook_url }}` + "\n{{ end }}" +
		`{{ if .CommonAnnotations.dashboard_url }}Dashboard: {{ .CommonAnnotations.dashboard_url }}` + "\n{{ end }}" +
		`Alertmanager: {{ .ExternalURL }}`

	// messageText is for channels that have no title of their own.
	messageText = statusTitleText + "\n" + bodyText

	// severityText is one of the four severities that PagerDuty's Events API v2 knows; it refuses others.
	severityText = `{{ if match "^(critical|error|warning|info)$" .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}`

	// dashboardText and runbookText are addresses, with Alertmanager's own where the alerts share none.
	dashboardText     = `{{ or .CommonAnnotations.dashboard_url .ExternalURL }}`
	runbookText       = `{{ or .CommonAnnotations.runbook_url .ExternalURL }}`
	dashboardNameText = `{{ if .CommonAnnotations.dashboard_url }}Dashboard{{ else }}Alertmanager{{ end }}`
	runbookNameText   = `{{ if .CommonAnnotations.runbook_url }}Runbook{{ else }}Alertmanager{{ end }}`
)

// pagerDutyDetails are the incident's details. The four keys that Alertmanager would fill with a dump of all labels are
// among them, so that it does not.
func pagerDutyDetails() map[string]string {
	return map[string]string{
		"num_firing":   `{{ len .Alerts.Firing }}`,
		"num_resolved": `{{ len .Alerts.Resolved }}`,
		"firing":       firingText,
		"resolved":     resolvedText,
		"runbook":      `{{ or .CommonAnnotations.runbook_url "none" }}`,
	}
}
