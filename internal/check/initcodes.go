package check

import "github.com/belfry-dev/belfry/internal/diag"

// initCodes are what making a new repository reports.
var initCodes = []Code{
	{Code: "init/exists", Severity: diag.Error, Doc: Doc{
		"belfry init would overwrite files that are there", "It writes all of its files or none, and never over somebody's work."}},
}
