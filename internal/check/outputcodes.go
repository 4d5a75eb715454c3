package check

import "github.com/belfry-dev/belfry/internal/diag"

// outputCodes are what the compiler reports about packages together, templates and the output folder.
var outputCodes = []Code{
	{Code: "dashboard/too-large", Severity: diag.Error, Doc: Doc{
		"a dashboard has more bytes than Kubernetes takes in one ConfigMap", "The whole folder could not be applied. Nobody looks at a thousand panels either."}},
	{Code: "output/in-the-way", Severity: diag.Error, Doc: Doc{
		"something in the output folder stands where a file must be written", "Belfry replaces files, but never a folder, a device or a socket."}},
	{Code: "output/manifest", Severity: diag.Error, Doc: Doc{
		"manifest.json of the output folder cannot be trusted", "Files are deleted only because the manifest lists them, so that a damaged one stops everything."}},
	{Code: "output/path", Severity: diag.Error, Doc: Doc{
		"a path would lead out of the output folder, or two files would be one", "Nothing is written outside the folder, on no file system."}},
	{Code: "output/symlink", Severity: diag.Error, Doc: Doc{
		"a symbolic link stands in the output folder", "Writing through it would change a file somewhere else."}},
	{Code: "platform/incomplete", Severity: diag.Error, Doc: Doc{
		"a platform is compiled without the packages that share it", "Alertmanager has one configuration for all services: without them it would lose their routes."}},
	{Code: "reference/environment", Severity: diag.Error, Doc: Doc{
		"the tag env names no environment of the platform", "platform.environments lists them."}},
	{Code: "routing/unowned", Severity: diag.Error, Warns: true, Doc: Doc{
		"a service has receivers and routes, and no platform that uses them",
		"Alertmanager's configuration is written with the platform: without one the service's alerts reach nobody."}},
	{Code: "ruler/groups", Severity: diag.Error, Doc: Doc{
		"the services of a platform have more rule groups than its ruler takes from a tenant", "Mimir refuses the groups that exceed the limit, and with them whatever they would have alerted about."}},
	{Code: "templates/execute", Severity: diag.Error, Doc: Doc{
		"a template of --templates fails when it is used", "The built-in templates show which values there are."}},
	{Code: "templates/go", Severity: diag.Error, Doc: Doc{
		"a template of --templates makes no valid Go", "What is generated must compile."}},
	{Code: "templates/parse", Severity: diag.Error, Doc: Doc{
		"a template of --templates is no Go template", "The syntax is that of Go's package text/template."}},
	{Code: "templates/unknown", Severity: diag.Error, Doc: Doc{
		"a file of --templates replaces nothing", "Only files with the name of a built-in template are used."}},
}
