package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// version is the format that is written, and the only one that is read.
const version = 1

// header is the first line.
type header struct {
	Version int `json:"belfryBaseline"`
}

// ErrMissing says that there is no such file yet.
var ErrMissing = errors.New("there is no such baseline")

// Read reads a baseline. One that does not exist is ErrMissing.
func Read(path string) (*Baseline, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrMissing)
	}
	if err != nil {
		return nil, err
	}
	known := map[Entry]int{}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if number == 1 {
			err = readHeader(line)
		} else {
			err = readEntry(line, known)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
	}
	if number == 0 {
		return nil, fmt.Errorf("%s is empty, and no baseline; remove it, and write one with --update-baseline", path)
	}
	return &Baseline{path: path, entries: sorted(known)}, nil
}

func readHeader(line []byte) error {
	var first header
	if err := json.Unmarshal(line, &first); err != nil || first.Version == 0 {
		return fmt.Errorf("this is no baseline of belfry lint: it starts with {\"belfryBaseline\":%d}", version)
	}
	if first.Version != version {
		return fmt.Errorf("this baseline has version %d, and this belfry reads version %d; update belfry", first.Version, version)
	}
	return nil
}

// readEntry adds a line. A merge may leave the same finding twice: the higher count is what both sides know.
func readEntry(line []byte, known map[Entry]int) error {
	var e Entry
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return fmt.Errorf("this line is no finding (is it left from a merge?): %w", err)
	}
	if decoder.More() || e.Code == "" || e.Count < 0 {
		return errors.New("this line is no finding: it is one JSON object with file and code")
	}
	key := e.key()
	known[key] = max(known[key], e.Count, 1)
	return nil
}

// New is a baseline without findings, to be written to a path.
func New(path string) *Baseline { return &Baseline{path: path} }

// Write replaces the file: a crash leaves the old one or the new one whole.
func (b *Baseline) Write() error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(header{version}); err != nil {
		return err
	}
	for _, e := range b.entries {
		if e.Count == 1 {
			e.Count = 0 // left out
		}
		if err := encoder.Encode(e); err != nil {
			return err
		}
	}
	return replace(b.path, out.Bytes())
}

func replace(path string, content []byte) error {
	staged, err := os.CreateTemp(filepath.Dir(path), ".belfry-baseline-*")
	if err != nil {
		return err
	}
	defer os.Remove(staged.Name())
	_, err = staged.Write(content)
	if err == nil {
		err = staged.Chmod(0o644)
	}
	if closed := staged.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(staged.Name(), path)
}
