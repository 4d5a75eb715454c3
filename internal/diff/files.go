package diff

import (
	"bytes"
	"path"

	"github.com/belfry-dev/belfry/generator"
)

// File is a generated file that differs.
type File struct {
	Mark Mark
	Path string // below the output folder
}

// compareFiles compares the artifacts of both sides, by path.
func compareFiles(base, head []generator.Output) []File {
	before, after := contents(base), contents(head)
	var files []File
	for _, name := range joined(before, after) {
		was, had := before[name]
		is, has := after[name]
		switch {
		case !has:
			files = append(files, File{Removed, name})
		case !had:
			files = append(files, File{Added, name})
		case !bytes.Equal(was, is):
			files = append(files, File{Changed, name})
		}
	}
	return files
}

func contents(outputs []generator.Output) map[string][]byte {
	all := map[string][]byte{}
	for _, o := range outputs {
		for _, a := range o.Artifacts {
			all[path.Join(o.Folder, a.Path)] = a.Data
		}
	}
	return all
}
