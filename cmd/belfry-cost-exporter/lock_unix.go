//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps a second process off the state directory for as long as this one lives: both would ask, and pay. The kernel
// takes the lock away from a process that dies.
func (s store) lock() error {
	file, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return fmt.Errorf("another process uses the state directory %s: %w", s.dir, err)
	}
	held = file
	return nil
}

// held is never closed: closing it would give the lock away.
var held *os.File
