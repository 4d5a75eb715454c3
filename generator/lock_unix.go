//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package generator

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Modes of lockFolder: one writer alone, or any number of readers.
const (
	lockToWrite = syscall.LOCK_EX
	lockToRead  = syscall.LOCK_SH
)

// lockFolder takes an advisory lock on the folder itself, so that no lock file is ever left behind; the kernel lets go of
// it when the folder is closed or the process dies. It waits for whoever holds the lock, and calls waiting (which may be
// nil) once before it does. It reports false where the file system has no such lock, as some network mounts.
func lockFolder(folder *os.File, mode int, waiting func()) (bool, error) {
	err := flock(folder, mode|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		if waiting != nil {
			waiting()
		}
		err = flock(folder, mode)
	}
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", folder.Name(), err)
	}
	return true, nil
}

// flock repeats the call for as long as a signal interrupts it, which the Go runtime's own signals do.
func flock(folder *os.File, how int) error {
	for {
		if err := syscall.Flock(int(folder.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
