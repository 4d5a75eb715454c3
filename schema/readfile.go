package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/diag"
)

// readFile reads one of the user's files within the limits.
func (l *loader) readFile(path string) (source, diag.List) {
	file := source{name: l.display(path), path: path}
	position := diag.Pos{File: file.name}
	info, err := os.Stat(path)
	if err != nil {
		return file, diag.List{problem("spec/read", position, "cannot be read: "+reason(err))}
	}
	if !info.Mode().IsRegular() {
		return file, diag.List{problem("spec/read", position, "is not a regular file")}
	}
	opened, err := os.Open(path)
	if err != nil {
		return file, diag.List{problem("spec/read", position, "cannot be read: "+reason(err))}
	}
	defer opened.Close()
	// One byte more than allowed tells a file that is too large from one that just fits, even while it grows.
	var content bytes.Buffer
	content.Grow(int(min(info.Size(), l.options.MaxFile)) + bytes.MinRead)
	_, err = content.ReadFrom(io.LimitReader(opened, l.options.MaxFile+1))
	if file.content = content.Bytes(); err != nil {
		return file, diag.List{problem("spec/read", position, "cannot be read: "+reason(err))}
	}
	if int64(len(file.content)) > l.options.MaxFile {
		return file, diag.List{problem("spec/too-large", position, "is larger than "+sizeText(l.options.MaxFile),
			"split it into several files of the same package")}
	}
	if at := invalidUTF8(file.content); at >= 0 {
		position.Line = 1 + bytes.Count(file.content[:at], []byte("\n"))
		position.Col = at - bytes.LastIndexByte(file.content[:at], '\n')
		return file, diag.List{problem("spec/read", position, fmt.Sprintf("byte 0x%02x is not UTF-8", file.content[at]), "save the file as UTF-8 text")}
	}
	return file, nil
}

// sizeText prints a limit in the largest binary unit that keeps it whole.
func sizeText(size int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB"}
	for size >= 1024 && size%1024 == 0 && len(units) > 1 {
		size, units = size/1024, units[1:]
	}
	return fmt.Sprintf("%d %s", size, units[0])
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(content []byte) int {
	if utf8.Valid(content) {
		return -1
	}
	for at := 0; at < len(content); {
		decoded, size := utf8.DecodeRune(content[at:])
		if decoded == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// reason is why a file could not be read, without the path, which the position already names.
func reason(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
