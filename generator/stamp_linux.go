package generator

import (
	"io/fs"
	"syscall"
	"time"
)

// systemStamp returns what only the system knows of a file: nobody can set the time of the last change of its status.
func systemStamp(info fs.FileInfo) (status time.Time, device, inode uint64) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, 0, 0
	}
	return time.Unix(stat.Ctim.Unix()), stat.Dev, stat.Ino
}
