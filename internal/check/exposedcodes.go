package check

import "github.com/belfry-dev/belfry/internal/diag"

// exposedCodes are what comparing a running service with its spec reports.
var exposedCodes = []Code{
	{Code: "exposed/buckets", Severity: diag.Error, Doc: Doc{
		"a histogram is exposed with other buckets than declared", "A quantile is as exact as the buckets, and a threshold between two of them is a guess."}},
	{Code: "exposed/cardinality", Severity: diag.Error, Doc: Doc{
		"a label has more values than its max", "Every value multiplies the series that the service holds and Prometheus stores. What has no room belongs under the value other."}},
	{Code: "exposed/labels", Severity: diag.Error, Doc: Doc{
		"a metric is exposed with other labels than declared", "Queries that match or group by a label that is not there find nothing, and a label that nobody declared multiplies the series."}},
	{Code: "exposed/missing", Severity: diag.Error, Warns: true, Doc: Doc{
		"a metric that the spec declares is not exposed", "What queries it is blind: its alerts never fire. It is a warning where the metric's series are made when they are " +
			"first used, so that it may come yet."}},
	{Code: "exposed/series", Severity: diag.Warning, Doc: Doc{
		"series that should stand at zero from the start are not exposed", "rate() and increase() miss what a new series starts with, so that the first error after a start is not seen."}},
	{Code: "exposed/type", Severity: diag.Error, Warns: true, Doc: Doc{
		"a metric is exposed with another type than declared", "The rate of a gauge and the value of a counter mean nothing. It is a warning where " +
			"a counter or gauge is exposed without a type: it is stored all the same."}},
	{Code: "exposed/undeclared", Severity: diag.Warning, Doc: Doc{
		"a metric is exposed that the spec does not declare", "It costs memory and storage, and nobody reads it; or its name is not the one that was meant. " +
			"What client libraries tell of themselves and of the process is not reported."}},
	{Code: "exposed/unit", Severity: diag.Error, Doc: Doc{
		"a metric is exposed in another unit than declared", "Thresholds and panels convert from the declared unit: they would be wrong by its factor. OpenMetrics' UNIT line tells the unit."}},
	{Code: "exposed/values", Severity: diag.Error, Doc: Doc{
		"a label has a value that the spec rules out", "A closed set lists every value, a pattern matches every value, and what is excluded cannot be: queries and dashboards rely on it."}},
}
