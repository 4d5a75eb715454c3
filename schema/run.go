package schema

import (
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
)

// batchSize is how many packages share one CUE context: a context keeps everything that was evaluated in it, so one for
// all packages would hold all of them in memory, and one for each would compile the language again each time.
const batchSize = 10

// outcome is what one folder came to.
type outcome struct {
	loaded      *Package // nil where the folder was passed over
	diagnostics diag.List
	exceeded    bool // the evaluation exceeded a limit and still runs
	err         error
}

// run loads the folders in batches, several at a time, and visits the outcomes in the order of the folders. Those that the
// caller knows already are not loaded.
func (l *loader) run(folders []folder, visit func(*Package, diag.List) error) error {
	if l.options.Total != nil {
		l.options.Total(len(folders))
	}
	origins := l.origins(folders)
	stop := make(chan struct{})
	defer close(stop)
	pending := l.loadAll(unknown(folders, origins), stop)
	var batch []outcome
	matched := false
	for i := range folders {
		result := outcome{loaded: &Package{Folder: l.display(folders[i].path), Origin: origins[i]}}
		if !origins[i].Known {
			if len(batch) == 0 {
				batch = <-<-pending
			}
			result, batch = batch[0], batch[1:]
		}
		if result.err != nil {
			return result.err
		}
		if result.loaded == nil {
			continue
		}
		matched = true
		result.loaded.Origin = origins[i]
		if err := visit(result.loaded, result.diagnostics); err != nil || result.exceeded {
			return err
		}
	}
	if !matched && len(folders) > 0 {
		return visit(nil, diag.List{problem("spec/empty", diag.Pos{File: l.display(folders[0].path)}, "no package here or below holds a spec",
			"write a service or a platform: docs/spec.md shows how a spec begins")})
	}
	return nil
}

// loadAll loads the folders batch by batch until stop is closed. The outcomes come in the order of the folders.
func (l *loader) loadAll(folders []folder, stop <-chan struct{}) <-chan chan []outcome {
	pending := make(chan chan []outcome, l.options.Workers)
	go func() {
		defer close(pending)
		for _, batch := range split(folders) {
			results := make(chan []outcome, 1)
			select {
			case pending <- results:
			case <-stop:
				return
			}
			go func() { results <- l.loadBatch(batch) }()
		}
	}()
	return pending
}

// split makes batches of folders that follow each other and share a module.
func split(folders []folder) [][]folder {
	var batches [][]folder
	for _, next := range folders {
		last := len(batches) - 1
		if last >= 0 && len(batches[last]) < batchSize && batches[last][0].root == next.root {
			batches[last] = append(batches[last], next)
			continue
		}
		batches = append(batches, []folder{next})
	}
	return batches
}

// loadBatch evaluates a batch within the limits. CUE cannot be interrupted: after a limit was exceeded, the evaluation
// goes on in the background, and the outcomes end with that package.
func (l *loader) loadBatch(folders []folder) []outcome {
	results := make(chan outcome, len(folders))
	go l.evaluate(folders, results)
	var outcomes []outcome
	for _, current := range folders {
		result, message := l.await(results)
		if message != "" {
			position := diag.Pos{File: l.display(current.path)}
			return append(outcomes, outcome{
				loaded:   &Package{Folder: position.File},
				exceeded: true,
				diagnostics: diag.List{problem("spec/too-slow", position, message,
					"look for comprehensions over comprehensions, and for fields that refer to each other; packages after this one were not read")},
			})
		}
		outcomes = append(outcomes, result)
	}
	return outcomes
}

// await returns the next outcome, or a message that says which limit was exceeded.
func (l *loader) await(results <-chan outcome) (outcome, string) {
	deadline := time.NewTimer(l.options.Timeout)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case result := <-results:
			return result, ""
		case <-deadline.C:
			return outcome{}, fmt.Sprintf("evaluating the package takes longer than %s", l.options.Timeout)
		case <-tick.C:
			if heapBytes() > l.options.MaxMemory {
				return outcome{}, fmt.Sprintf("evaluating the package takes more than %d MiB of memory", l.options.MaxMemory>>20)
			}
		}
	}
}

// heapBytes is the memory that objects take, live or not yet collected.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
