package generator

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

// manifestName is the file in the output folder that lists the others.
const manifestName = "manifest.json"

// ManifestEntry is one line of manifest.json: a file that Belfry wrote.
type ManifestEntry struct {
	Path   string        `json:"path"` // slash-separated, relative to the output folder
	Kind   artifact.Kind `json:"kind"`
	SHA256 string        `json:"sha256"` // of the bytes written, 64 lower-case hex digits
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

// hash returns the SHA-256 of data in hex.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// encodeManifest prints the entries, sorted by path, as a JSON array with one line per entry and nothing about all of
// them, so that git merges the manifests of two branches line by line.
func encodeManifest(entries []ManifestEntry) ([]byte, error) {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b ManifestEntry) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SHA256, b.SHA256))
	})
	entries = slices.Compact(entries)

	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	text.WriteString("[\n")
	for i, entry := range entries {
		if err := lines.Encode(entry); err != nil {
			return nil, fmt.Errorf("encode manifest entry %q: %w", entry.Path, err)
		}
		if i < len(entries)-1 {
			text.Truncate(text.Len() - 1) // the encoder's newline goes behind the comma
			text.WriteString(",\n")
		}
	}
	text.WriteString("]\n")
	return text.Bytes(), nil
}

// decodeManifest reads what encodeManifest wrote, and what a merge made of it that kept the lines of both sides: the same
// path twice, a comma missing or too much. Findings are about the file called name. A file of no bytes, or of zeros only, is
// what a loss of power leaves of a fresh file: it counts as no manifest.
func decodeManifest(name string, data []byte) ([]ManifestEntry, diag.List) {
	if len(bytes.Trim(data, "\x00")) == 0 {
		return nil, nil
	}
	entries, err := decodeArray(data)
	if err == nil {
		for _, entry := range entries {
			if problem := entry.problem(); problem != "" {
				return nil, diag.List{manifestFinding(name, 0, entryMessage(entry, problem))}
			}
		}
		return entries, nil
	}
	return decodeLines(name, data)
}

func decodeArray(data []byte) ([]ManifestEntry, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var entries []ManifestEntry
	if err := decoder.Decode(&entries); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the array")
	}
	return entries, nil
}

var conflictMarkers = []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"}

// decodeLines reads each line for itself, and so knows the line of each mistake.
func decodeLines(name string, data []byte) ([]ManifestEntry, diag.List) {
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for i, line := range lines {
		if slices.ContainsFunc(conflictMarkers, func(m string) bool { return strings.HasPrefix(line, m) }) {
			d := manifestFinding(name, i+1, "git left a merge conflict here")
			d.Help = "delete the lines that begin with " + strings.Join(conflictMarkers, ", ") +
				", keep the entries of both sides, and run belfry generate"
			return nil, diag.List{d}
		}
	}
	if strings.TrimSpace(lines[0]) != "[" || strings.TrimSpace(lines[len(lines)-1]) != "]" {
		return nil, diag.List{manifestFinding(name, 0, "the manifest is not a JSON array with one line per entry")}
	}
	var entries []ManifestEntry
	for i, line := range lines[1 : len(lines)-1] {
		one, err := decodeArray([]byte("[" + strings.TrimSuffix(strings.TrimSpace(line), ",") + "]"))
		if err != nil {
			return nil, diag.List{manifestFinding(name, i+2, "this is not an entry of a manifest: "+err.Error())}
		}
		for _, entry := range one {
			if problem := entry.problem(); problem != "" {
				return nil, diag.List{manifestFinding(name, i+2, entryMessage(entry, problem))}
			}
		}
		entries = append(entries, one...)
	}
	return entries, nil
}

func entryMessage(entry ManifestEntry, problem string) string {
	return fmt.Sprintf("the entry %q is not valid: %s", entry.Path, problem)
}

// problem says why the entry is not one that Belfry wrote, or "".
func (e ManifestEntry) problem() string {
	if problem := pathProblem(e.Path); problem != "" {
		return problem
	}
	if e.Kind == "" {
		return "it has no kind"
	}
	if !sha256Hex.MatchString(e.SHA256) {
		return "its sha256 is not 64 lower-case hex digits"
	}
	return ""
}

func manifestFinding(name string, line int, message string) diag.Diagnostic {
	pos := diag.Pos{File: name, Line: line}
	if line > 0 {
		pos.Col = 1
	}
	return diag.Diagnostic{
		Code: "output/manifest", Severity: diag.Error, Pos: pos, Message: message,
		Help: "restore the file from git, or delete it and run belfry generate, which then prunes nothing",
	}
}
