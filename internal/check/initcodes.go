package check

import "github.com/belfry-dev/belfry/internal/diag"

// initCodes are what making a new repository reports.
var initCodes = []Code{
	{Code: "init/exists", Severity: diag.Error, Doc: Doc{
		"belfry init would overwrite files that are there, or start a second spec beside one", "It writes all of its files or none, and never over " +
			"somebody's work. Where a spec is there already, it is compiled by belfry generate; init would add an example of another service."}},
}
