package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// seldom is how much the heap may grow before it is collected, in percent. What a compilation allocates is short-lived,
	// and its live heap small: collecting it seldom saves a fifth of the time.
	seldom = 1600
	// frugal keeps a fleet of thousands within 300 MB, with what the runtime and the program itself take.
	frugal = 230 << 20
)

// tuneCollector says when memory is collected: seldom, but within a limit. A package so large that what it holds comes near
// to the limit would be collected again and again in vain; it is given twice what it holds.
func tuneCollector() {
	debug.SetGCPercent(seldom)
	debug.SetMemoryLimit(frugal)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	// Nothing refers to the mark: each collection finds it, and its finalizer sets it up for the next one.
	type mark struct{ _ *byte }
	var collected func(*mark)
	collected = func(m *mark) {
		metrics.Read(live)
		debug.SetMemoryLimit(max(frugal, 2*int64(live[0].Value.Uint64())))
		runtime.SetFinalizer(m, collected)
	}
	runtime.SetFinalizer(new(mark), collected)
}
