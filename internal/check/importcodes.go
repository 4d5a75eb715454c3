package check

import "github.com/belfry-dev/belfry/internal/diag"

// importCodes are what importing files of other tools reports.
var importCodes = []Code{
	{Code: "import/changed", Severity: diag.Warning, Doc: Doc{
		"something is carried over with another meaning", "The spec says nearly the same: read what differs before you rely on it."}},
	{Code: "import/invalid", Severity: diag.Error, Doc: Doc{
		"a file of another tool is wrong", "The tool itself would refuse it, or ignore what is wrong."}},
	{Code: "import/left-out", Severity: diag.Warning, Doc: Doc{
		"something cannot be carried over", "The spec language has no place for it. It stands as a comment in what is printed."}},
	{Code: "import/nothing", Severity: diag.Error, Doc: Doc{
		"a file holds nothing that can be carried over", "Sloth's prometheus/v1 and PrometheusServiceLevel are read, and OpenSLO's openslo/v1."}},
	{Code: "import/placeholder", Severity: diag.Warning, Doc: Doc{
		"the spec needs something that the file does not say", "A placeholder stands there. Rules that select another namespace than the service's find nothing and never fire."}},
	{Code: "import/services", Severity: diag.Error, Doc: Doc{
		"files hold several services, and a package of specs has one", "Each service has its own labels, owner and routes: --service chooses one."}},
}
