//go:build !linux

package speed

import "time"

var processStart = time.Now()

// processorTime is the time of the clock, where there is no better: every slice counts as undisturbed.
func processorTime() time.Duration { return time.Since(processStart) }
