package diag

import (
	"encoding/json"
	"io"
)

// Report is what the format json prints: one object. Fields are added, never renamed or removed, while Version is 1.
//
//	{"version": 1, "errors": 1, "warnings": 0, "diagnostics": [
//	  {"code": "quantity/unit", "severity": "error", "pos": {"file": "spec/alerts.cue", "line": 14, "col": 63, "len": 8},
//	   "path": "alerts.High.above", "message": "…", "notes": ["…"], "help": "…"}]}
//
// Where no place is known, pos has an empty file; where only the file is known, line is 0. Columns and len count bytes.
type Report struct {
	Version     int  `json:"version"`
	Errors      int  `json:"errors"`
	Warnings    int  `json:"warnings"`
	Diagnostics List `json:"diagnostics"` // never null
}

func printJSON(w io.Writer, list List) error {
	if list == nil {
		list = List{}
	}
	return writeJSON(w, Report{Version: 1, Errors: list.Count(Error), Warnings: list.Count(Warning), Diagnostics: list})
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
