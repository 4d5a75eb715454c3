package matching

// paging are the integrations that wake people up.
var paging = map[string]string{
	"pagerduty": "PagerDuty", "opsgenie": "Opsgenie", "victorops": "VictorOps", "pushover": "Pushover", "incidentio": "incident.io",
}

// Pages is the name of an integration that wakes people up, such as PagerDuty for pagerduty; empty for others.
func Pages(integration string) string { return paging[integration] }
