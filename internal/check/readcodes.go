package check

import "github.com/belfry-dev/belfry/internal/diag"

// readCodes are what reading files of others reports.
var readCodes = []Code{
	{Code: "read/aliases", Severity: diag.Error, Doc: Doc{
		"a YAML file repeats itself by aliases beyond all measure", "A few lines of aliases can stand for gigabytes."}},
	{Code: "read/depth", Severity: diag.Error, Doc: Doc{"a file is nested deeper than anything that people write", ""}},
	{Code: "read/duplicate-key", Severity: diag.Error, Warns: true, Doc: Doc{
		"a key stands twice in one mapping", "Programs take the first or the last of the two, or refuse the file."}},
	{Code: "read/encoding", Severity: diag.Error, Doc: Doc{"a file is not UTF-8 text", ""}},
	{Code: "read/exposition", Severity: diag.Error, Doc: Doc{
		"a line of an exposition is wrong", "Prometheus refuses the whole scrape because of it."}},
	{Code: "read/ignore", Severity: diag.Warning, Doc: Doc{
		"a comment that silences a finding is incomplete", "It needs the code and a reason: # belfry: ignore CODE reason."}},
	{Code: "read/shape", Severity: diag.Error, Doc: Doc{"a value has another shape than its field", ""}},
	{Code: "read/syntax", Severity: diag.Error, Doc: Doc{"a file is neither YAML nor JSON", ""}},
	{Code: "read/too-large", Severity: diag.Error, Doc: Doc{"a file is larger than what is read", ""}},
	{Code: "read/unrecognised", Severity: diag.Warning, Doc: Doc{
		"a file holds nothing that is known here", "Rule files, PrometheusRules, dashboards, Alertmanager configurations and the operator's resources are."}},
}
