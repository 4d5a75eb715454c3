package generator

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// stamp tells whether files below a folder were touched, without reading them. The folder itself counts too: it changes
// when a run that dies leaves something there. changed is when the newest was last changed.
func stamp(dir string, files []string) (sum string, changed time.Time, err error) {
	all := sha256.New()
	var record []byte
	note := func(name, path string) error {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		status, device, inode := systemStamp(info)
		newest := info.ModTime()
		if status.After(newest) {
			newest = status
		}
		if newest.After(changed) {
			changed = newest
		}
		record = append(append(record[:0], name...), 0)
		for _, number := range []uint64{
			uint64(info.Size()), uint64(info.Mode()), uint64(info.ModTime().UnixNano()), uint64(status.UnixNano()), device, inode,
		} {
			record = binary.LittleEndian.AppendUint64(record, number)
		}
		_, _ = all.Write(record) // documented never to fail
		return nil
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return "", changed, fs.ErrNotExist
	}
	if err := note("", dir); err != nil {
		return "", changed, err
	}
	for _, file := range files {
		if err := note(file, filepath.Join(dir, filepath.FromSlash(file))); err != nil {
			return "", changed, err
		}
	}
	return hex.EncodeToString(all.Sum(nil)), changed, nil
}
