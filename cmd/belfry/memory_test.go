package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestALargePackageGetsTheMemoryItHolds holds more than the frugal limit leaves room for, and lets go of it again.
func TestALargePackageGetsTheMemoryItHolds(t *testing.T) {
	t.Cleanup(func() {
		debug.SetGCPercent(100)
		debug.SetMemoryLimit(math.MaxInt64)
	})
	tuneCollector()
	const held = frugal * 2 / 3
	whole := make([]byte, held) // never written to, so that the system provides none of it
	if limit := limitAfterCollection(func(limit int64) bool { return limit >= 2*held }); limit < 2*held {
		t.Errorf("%d bytes are held, and the limit is %d", held, limit)
	}
	runtime.KeepAlive(whole)
	if limit := limitAfterCollection(func(limit int64) bool { return limit == frugal }); limit != frugal {
		t.Errorf("nothing much is held, and the limit is %d", limit)
	}
}

// limitAfterCollection collects until the limit is as it should be, because finalizers run some time after a collection.
func limitAfterCollection(settled func(int64) bool) int64 {
	limit := debug.SetMemoryLimit(-1)
	for range 1000 {
		runtime.GC()
		if limit = debug.SetMemoryLimit(-1); settled(limit) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return limit
}
