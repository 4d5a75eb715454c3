package generator

import (
	"errors"
	"path/filepath"

	"github.com/belfry-dev/belfry/internal/diag"
)

// GenerateOptions say what Generate does beside compiling.
type GenerateOptions struct {
	Cache    *Cache                // of OpenCache, for the same options and folder; nil for none
	Waiting  func()                // as in WriteOptions
	Progress func(done, total int) // told after each folder that the patterns name; may be nil
	Held     func(folder string)   // told of each platform that is not written because a package has errors; may be nil
}

// Written is one output in its folder.
type Written struct {
	Folder string // below the output folder
	Counts Counts
	Report *WriteReport
	// Kept says that nothing was compiled: neither the spec nor the files had changed since they were written.
	Kept bool
}

// Generate compiles as Each does, and writes each output below the folder out. What the writer refuses is a finding: it
// touches one output, and the others are written all the same. The findings are those of one package.
func Generate(options Options, out string, how GenerateOptions, visit func([]Written, diag.List) error) error {
	options.cache, options.progress = how.Cache, how.Progress
	options.held = func(folder string) {
		if how.Held != nil {
			how.Held(folder)
		}
	}
	err := Each(options, func(outputs []Output, found diag.List) error {
		var all []Written
		for _, output := range outputs {
			one, refused, err := generateOne(options, out, how, output)
			if err != nil {
				return err
			}
			if found = append(found, refused...); refused == nil {
				all = append(all, one)
			}
		}
		return visit(all, found.Sort())
	})
	if err != nil {
		return err
	}
	_ = how.Cache.save(true) // a cache that cannot be kept costs the next run time, and is no reason to fail this one
	return nil
}

func generateOne(options Options, out string, how GenerateOptions, output Output) (Written, diag.List, error) {
	if m := output.kept; m != nil {
		files := m.Files[:0:0]
		for _, file := range m.Files {
			if file != manifestName {
				files = append(files, file)
			}
		}
		return Written{Folder: m.Folder, Counts: m.Counts, Report: &WriteReport{Unchanged: files}, Kept: true}, nil, nil
	}
	var refused *RefusedError
	report, err := Write(filepath.Join(out, filepath.FromSlash(output.Folder)), output.Artifacts, WriteOptions{Kinds: options.Kinds, Waiting: how.Waiting})
	if errors.As(err, &refused) {
		return Written{}, refused.Findings, nil
	}
	if err != nil {
		return Written{}, nil, err
	}
	_ = how.Cache.wrote(output) // as above
	return Written{Folder: output.Folder, Counts: Count(output.Program), Report: report}, nil, nil
}
