package read

import "github.com/belfry-dev/belfry/internal/diag"

// Untyped is a file of a format that has no type here, as its documents.
type Untyped struct {
	Path      string
	Named     bool // by the user, not found in a folder
	Broken    bool // it has been reported that not all of it can be read
	Documents []Value
}

// Documents reads files and folders as Files does, and leaves it to the caller to know what is in them. The error is an I/O
// failure, such as a path that does not exist.
func Documents(paths []string) ([]Untyped, diag.List, error) {
	var files []Untyped
	var findings diag.List
	unread, err := each(paths, func(file foundFile, content []byte) {
		documents, problems := DocumentsOf(file.path, content)
		findings = append(findings, problems...)
		files = append(files, Untyped{Path: file.path, Named: file.named, Broken: problems.HasErrors(), Documents: documents})
	})
	if err != nil {
		return nil, nil, err
	}
	return files, append(findings, unread...).Sort(), nil
}

// DocumentsOf reads the documents of one file's content under a name.
func DocumentsOf(name string, data []byte) ([]Value, diag.List) {
	if problem := unreadable(name, data); problem != nil {
		return nil, diag.List{*problem}
	}
	documents, problems := parse(newFile(name, data), name)
	values := make([]Value, len(documents))
	for i, document := range documents {
		values[i] = Value{document}
	}
	return values, problems
}
