package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// stateFile is the one file of the state directory, beside the lock.
const stateFile = "state.json"

// state is what outlives a restart.
type state struct {
	// Question names what was asked; see config.question.
	Question string `json:"question"`
	// Month is the first day of the month that Amounts is the cost of, and Amounts the last good answer; both are empty
	// before the first one.
	Month   string             `json:"month,omitempty"`
	Amounts map[string]float64 `json:"amounts,omitempty"`
	// Succeeded is when that answer came.
	Succeeded time.Time `json:"succeeded,omitzero"`
	// NotBefore is when Cost Explorer may be asked again. It is written before a request is made, so that a process that
	// is killed while it waits for the answer does not make the same request again as soon as it is back.
	NotBefore time.Time `json:"notBefore"`
	// Failures counts the refreshes that have failed since the last good one.
	Failures int `json:"failures,omitempty"`
	// Requests and Errors are the counters of what was asked, so that they do not begin again with each restart.
	Requests uint64            `json:"requests,omitempty"`
	Errors   map[string]uint64 `json:"errors,omitempty"`
}

// store keeps the state in a directory.
type store struct{ dir string }

// errDamaged is a state that cannot be read as one.
var errDamaged = errors.New("the state is damaged")

// load reads the state. There is none where the file is missing or where another question was asked, nor where it is
// damaged: then errDamaged stands beside the empty state.
func (s store) load(question string) (state, error) {
	empty := state{Question: question}
	data, err := os.ReadFile(filepath.Join(s.dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return empty, err
	}
	var loaded state
	if err := json.Unmarshal(data, &loaded); err != nil {
		return empty, fmt.Errorf("%w: %s: %w", errDamaged, filepath.Join(s.dir, stateFile), err)
	}
	if loaded.Question != question {
		empty.Requests, empty.Errors = loaded.Requests, loaded.Errors
		return empty, nil
	}
	return loaded, nil
}

// save replaces the file as a whole, and returns when it is on the disk.
func (s store) save(current state) error {
	data, err := json.MarshalIndent(current, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.dir, stateFile+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // there is none any more where it was renamed
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), filepath.Join(s.dir, stateFile)); err != nil {
		return err
	}
	return syncDir(s.dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
