//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps a second process off the state directory until the first result is called: both would ask, and pay. The kernel
// takes the lock away from a process that dies.
func (s store) lock() (unlock func() error, err error) {
	file, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("another process uses the state directory %s: %w", s.dir, err)
	}
	return file.Close, nil
}
