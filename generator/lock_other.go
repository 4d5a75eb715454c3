//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package generator

import "os"

// Modes of lockFolder, which has none here.
const (
	lockToWrite = iota
	lockToRead
)

// lockFolder takes no lock: this platform cannot lock a folder. Two runs at once may then mix their files; the next single
// run mends that. It reports false, so that the writer leaves fresh staging folders alone.
func lockFolder(*os.File, int, func()) (bool, error) { return false, nil }
