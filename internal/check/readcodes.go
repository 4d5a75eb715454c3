package check

import "github.com/belfry-dev/belfry/internal/diag"

// readCodes are what reading files of others reports.
var readCodes = []Code{
	{Code: "read/aliases", Severity: diag.Error, Doc: Doc{
		"a YAML file repeats itself by aliases beyond all measure", "A few lines of aliases can stand for gigabytes."}},
	{Code: "read/depth", Severity: diag.Error, Doc: Doc{
		"a file is nested deeper than anything that people write", "Hundreds of levels are a broken generator, or an attack on the programs that read them."}},
	{Code: "read/duplicate-key", Severity: diag.Error, Warns: true, Doc: Doc{
		"a key stands twice in one mapping", "Programs take the first or the last of the two, or refuse the file."}},
	{Code: "read/encoding", Severity: diag.Error, Doc: Doc{
		"a file is not UTF-8 text", "YAML and JSON are, and Prometheus and Grafana refuse anything else."}},
	{Code: "read/exposition", Severity: diag.Error, Doc: Doc{
		"a line of an exposition is wrong", "Prometheus refuses the whole scrape because of it."}},
	{Code: "read/ignore", Severity: diag.Warning, Doc: Doc{
		"a comment that should silence a finding silences none", "It needs one code that there is, and a reason: # belfry: ignore CODE reason. " +
			"A comment that is left over would silence the next mistake of its kind. Nothing is said of a comment where other files, or what is not known of a metric, may decide."}},
	{Code: "read/shape", Severity: diag.Error, Doc: Doc{
		"a value has another shape than its field", "A list where a mapping belongs is refused by whatever loads the file, or ignored."}},
	{Code: "read/syntax", Severity: diag.Error, Doc: Doc{
		"a file is neither YAML nor JSON", "Nothing in it is loaded by anybody, and nothing behind the mistake is checked here."}},
	{Code: "read/too-large", Severity: diag.Error, Doc: Doc{
		"a file is larger than what is read", "Of a file 32 MiB are read, of an exposition 64 MiB. The largest rule files that are known have a few."}},
	{Code: "read/unrecognised", Severity: diag.Error, Warns: true, Doc: Doc{
		"a file holds nothing that is known here", "Rule files, PrometheusRules, dashboards, Alertmanager configurations and the operator's resources are. " +
			"YAML and JSON of others is a warning, because hooks name each file that has changed; prose or a program is an error."}},
}
