package check

import "github.com/belfry-dev/belfry/internal/diag"

// liveCodes are what comparing servers that run with the spec reports.
var liveCodes = []Code{
	{Code: "live/changed", Severity: diag.Error, Doc: Doc{
		"a server has loaded a rule, route, receiver or setting in another form", "What was reviewed is not what pages: somebody changed it by hand, or the last change did not arrive."}},
	{Code: "live/extra", Severity: diag.Error, Doc: Doc{
		"a server has loaded something of this service or platform that the spec does not have", "An alert that was deleted still fires, a route still takes alerts away, or two copies of a group record the same series."}},
	{Code: "live/failing", Severity: diag.Error, Doc: Doc{
		"Prometheus has loaded a rule and cannot evaluate it", "It never fires, and nothing but Prometheus' own page and log says so."}},
	{Code: "live/missing", Severity: diag.Error, Doc: Doc{
		"a server has not loaded a rule, route, receiver or inhibition", "A rule that nobody loads never fires, often because a label that the operator selects by is wrong; a route that is missing pages the wrong people."}},
}
