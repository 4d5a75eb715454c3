package check

import "github.com/belfry-dev/belfry/internal/diag"

// loaderCodes are what the loader reports before there is a Program.
var loaderCodes = []Code{
	{Code: "schema/enum", Severity: diag.Error, Doc: Doc{"a value is none of those that a field may have", ""}},
	{Code: "schema/missing", Severity: diag.Error, Doc: Doc{"a required field is missing", ""}},
	{Code: "schema/range", Severity: diag.Error, Doc: Doc{"a number is outside the range of its field", ""}},
	{Code: "schema/type", Severity: diag.Error, Doc: Doc{"a value has another type than its field", ""}},
	{Code: "schema/unknown-field", Severity: diag.Error, Doc: Doc{
		"there is no such field", "A misspelt field would be ignored, and its setting would not hold."}},
	{Code: "spec/conflict", Severity: diag.Error, Doc: Doc{
		"a field has two values that contradict each other", "CUE unifies what several places say of one field: they must agree."}},
	{Code: "spec/cycle", Severity: diag.Error, Doc: Doc{"a value depends on itself", ""}},
	{Code: "spec/empty", Severity: diag.Error, Doc: Doc{"a package describes neither a service nor a platform", ""}},
	{Code: "spec/evaluator", Severity: diag.Error, Doc: Doc{"the CUE evaluator failed on the package", "This is a bug of Belfry or of CUE, and no mistake in the spec."}},
	{Code: "spec/import", Severity: diag.Error, Doc: Doc{"an import cannot be resolved", ""}},
	{Code: "spec/incomplete", Severity: diag.Error, Doc: Doc{"a value is not concrete", "What is generated needs a value, not a type."}},
	{Code: "spec/module", Severity: diag.Error, Doc: Doc{"cue.mod/module.cue cannot be read", ""}},
	{Code: "spec/package", Severity: diag.Error, Doc: Doc{"a file has no package clause", "The files of a package belong together by their package clause."}},
	{Code: "spec/packages", Severity: diag.Error, Doc: Doc{"a folder holds several packages", ""}},
	{Code: "spec/read", Severity: diag.Error, Doc: Doc{"a folder or file cannot be read", ""}},
	{Code: "spec/reference", Severity: diag.Error, Doc: Doc{"CUE refers to a name that does not exist", ""}},
	{Code: "spec/syntax", Severity: diag.Error, Doc: Doc{"a file is not CUE", ""}},
	{Code: "spec/tag", Severity: diag.Error, Doc: Doc{"a CUE tag is not declared, or its value does not fit", ""}},
	{Code: "spec/too-large", Severity: diag.Error, Doc: Doc{"a file is too large", ""}},
	{Code: "spec/too-slow", Severity: diag.Error, Doc: Doc{"a package takes too long or too much memory to evaluate", ""}},
	{Code: "spec/value", Severity: diag.Error, Doc: Doc{"a value cannot be evaluated", ""}},
}
