package drift

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/prove"
)

const rules = "prometheus/rules.yaml"

func artifacts(pairs ...string) []artifact.Artifact {
	var all []artifact.Artifact
	for i := 0; i < len(pairs); i += 2 {
		kind := artifact.Rules
		if strings.HasPrefix(pairs[i], "runbooks/") {
			kind = artifact.Runbooks
		}
		all = append(all, artifact.Artifact{Path: pairs[i], Kind: kind, Data: []byte(pairs[i+1])})
	}
	return all
}

// generated changes into a new folder with the artifacts in out.
func generated(t *testing.T, pairs ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if _, err := generator.Write("out", artifacts(pairs...), generator.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, spec []artifact.Artifact, kinds ...artifact.Kind) *Report {
	t.Helper()
	report, err := Compare("out", spec, kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func requirePrint(t *testing.T, report *Report, color bool, want string) {
	t.Helper()
	var got bytes.Buffer
	if err := report.Print(&got, color); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Fatalf("print (-want +got):\n%s", diff)
	}
}

func TestFreshOutputHasNoDrift(t *testing.T) {
	generated(t, rules, "a\n", "runbooks/A.md", "# A\n")
	put(t, "out/notes.txt", "the user's own")
	put(t, "out/runbooks/mine.md", "the user's own")
	report := compare(t, artifacts(rules, "a\n", "runbooks/A.md", "# A\n"))
	if report.Drifted() {
		t.Fatalf("drifted: %+v", report.Files)
	}
	requirePrint(t, report, false, "no drift: 2 files are as the spec gives them\n")
}

func TestEveryWayToDriftIsListedAndShown(t *testing.T) {
	generated(t, rules, "one\ntwo\nthree\n", "runbooks/A.md", "# A\n", "runbooks/B.md", "# B\n", "runbooks/C.md", "# C\n", "runbooks/D.md", "# D\n")
	put(t, "out/runbooks/A.md", "# A\nmy note\n")
	put(t, "out/runbooks/D.md", "# D edited\n")
	if err := os.Remove("out/runbooks/B.md"); err != nil {
		t.Fatal(err)
	}
	report := compare(t, artifacts(rules, "one\nTWO\nthree\nfour\n", "runbooks/A.md", "# A\n", "runbooks/B.md", "# B\n"))
	requirePrint(t, report, false, `out/prometheus/rules.yaml   differs from spec (2 lines)
out/runbooks/A.md           edited by hand
out/runbooks/B.md           missing
out/runbooks/C.md           stale: the spec no longer gives it
out/runbooks/D.md           stale: the spec no longer gives it
--- out/prometheus/rules.yaml
+++ spec
@@ -1,3 +1,4 @@
 one
-two
+TWO
 three
+four
--- out/runbooks/A.md
+++ spec
@@ -1,2 +1 @@
 # A
-my note
5 files drifted: run belfry generate
`)
}

func TestGenerateMendsEveryDrift(t *testing.T) {
	generated(t, rules, "one\n", "runbooks/A.md", "# A\n", "runbooks/B.md", "# B\n", "runbooks/C.md", "# C\n")
	put(t, "out/runbooks/A.md", "edited")
	put(t, "out/runbooks/C.md", "edited, and no longer generated")
	spec := artifacts(rules, "two\n", "runbooks/A.md", "# A\n", "runbooks/New.md", "# New\n")
	if report := compare(t, spec); len(report.Files) != 5 {
		t.Fatalf("want 5 drifted files, got %+v", report.Files)
	}
	if _, err := generator.Write("out", spec, generator.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if report := compare(t, spec); report.Drifted() || report.Same != 3 {
		t.Fatalf("after generate: %+v", report)
	}
}

func TestComparingChangesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	report := compare(t, artifacts(rules, "a\n"))
	requirePrint(t, report, false, "out/prometheus/rules.yaml   missing\n1 file drifted: run belfry generate\n")
	if _, err := os.Lstat("out"); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the folder was made: %v", err)
	}
}

func TestOtherKindsAreNotCompared(t *testing.T) {
	generated(t, rules, "a\n", "runbooks/A.md", "# A\n")
	put(t, "out/runbooks/A.md", "edited")
	if report := compare(t, artifacts(rules, "a\n"), artifact.Rules); report.Drifted() {
		t.Fatalf("drifted: %+v", report.Files)
	}
}

func TestManifestIsListedOnlyWhenNothingElseDrifted(t *testing.T) {
	generated(t, rules, "a\n")
	if err := os.Remove("out/manifest.json"); err != nil {
		t.Fatal(err)
	}
	requirePrint(t, compare(t, artifacts(rules, "a\n")), false, "out/manifest.json   missing\n1 file drifted: run belfry generate\n")
	requirePrint(t, compare(t, artifacts(rules, "a\n", "b", "")), false, "out/b   missing\n1 file drifted: run belfry generate\n")
}

func TestAFileThatTheManifestDoesNotListIsNotCalledEdited(t *testing.T) {
	generated(t, rules, "a\n")
	put(t, "out/b", "mine\n")
	report := compare(t, artifacts(rules, "a\n", "b", "ours\n"))
	if report.Files[0].State != Differs {
		t.Fatalf("want differs, got %+v", report.Files)
	}
}

func TestAHalfFinishedRunIsNotCalledEdited(t *testing.T) {
	generated(t, rules, "one\n")
	other := t.TempDir()
	if _, err := generator.Write(other, artifacts(rules, "two\n"), generator.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(other, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, "out/.belfry-staging-0123456789abcdef/manifest.json", string(manifest))
	put(t, "out/"+rules, "two\n")
	report := compare(t, artifacts(rules, "three\n"))
	if len(report.Files) != 1 || report.Files[0].State != Differs {
		t.Fatalf("want one file that differs, got %+v", report.Files)
	}
}

func TestBrokenManifestIsAnErrorThatSaysWhatToDo(t *testing.T) {
	generated(t, rules, "a\n")
	put(t, "out/manifest.json", "<<<<<<< HEAD\n")
	_, err := Compare("out", artifacts(rules, "a\n"))
	var refused *generator.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "keep the entries of both sides") {
		t.Fatalf("want a refusal with advice, got %v", err)
	}
}

func TestLongDiffsAreCappedWithACount(t *testing.T) {
	var long strings.Builder
	for i := range 500 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	var before, after []string
	for i := range 25 {
		name := fmt.Sprintf("f%02d", i)
		before, after = append(before, name, "short\n"), append(after, name, "other\n")
	}
	generated(t, append(before, "long", "short\n")...)
	report := compare(t, artifacts(append(after, "long", long.String())...))
	var text bytes.Buffer
	if err := report.Print(&text, false); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(text.String(), "--- out/"); got != maxLines/5 {
		t.Errorf("%d diffs of 5 lines, want %d lines", got, maxLines)
	}
	if want := "… 2 more diffs not shown\n26 files drifted: run belfry generate\n"; !strings.HasSuffix(text.String(), want) {
		t.Errorf("want the end %q, got\n%s", want, text.String()[text.Len()-200:])
	}
	generated(t, "long", "short\n")
	text.Reset()
	if err := compare(t, artifacts("long", long.String())).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	// 3 header lines, 1 removed and 36 of the 500 added lines make 40.
	if want := "+line 35\n… 464 more lines\n1 file drifted: run belfry generate\n"; !strings.HasSuffix(text.String(), want) {
		t.Errorf("want the end %q, got\n%s", want, text.String()[text.Len()-200:])
	}
}

// TestOnlyTheLinesThatDifferAreShown: most lines of a dashboard are braces and words that repeat, next to which a change must not look
// like a new page.
func TestOnlyTheLinesThatDifferAreShown(t *testing.T) {
	panel := func(i, threshold int) string {
		return fmt.Sprintf("{\n  \"id\": %d,\n  \"steps\": [\n    {\n      \"color\": \"green\"\n    },\n    {\n      \"value\": %d\n    }\n  ]\n},\n", i, threshold)
	}
	var before, after strings.Builder
	for i := range 50 {
		before.WriteString(panel(i%7, 5))
		after.WriteString(panel(i%7, map[bool]int{true: 7, false: 5}[i == 20 || i == 22]))
	}
	generated(t, "dashboard.json", before.String())
	var text bytes.Buffer
	if err := compare(t, artifacts("dashboard.json", after.String())).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	if removed, added := strings.Count(text.String(), "\n-  "), strings.Count(text.String(), "\n+  "); removed != 2 || added != 2 {
		t.Errorf("two lines changed, and %d and %d are shown:\n%s", removed, added, text.String())
	}
}

func TestColoursMarkWhatChangesAndEditsCannotSteerTheTerminal(t *testing.T) {
	generated(t, "a", "one\n")
	put(t, "out/a", "-- \x1b[2Jtwo\r\n")
	requirePrint(t, compare(t, artifacts("a", "one\n")), true, "out/a   edited by hand\n"+
		"\x1b[1m--- out/a\x1b[0m\n\x1b[1m+++ spec\x1b[0m\n\x1b[36m@@ -1 +1 @@\x1b[0m\n"+
		"\x1b[31m--- \\x1b[2Jtwo\\x0d\x1b[0m\n\x1b[32m+one\x1b[0m\n1 file drifted: run belfry generate\n")
}

func TestFilesThatAreNotTextAreListedWithoutDiff(t *testing.T) {
	generated(t, "a", "one\x00\n")
	requirePrint(t, compare(t, artifacts("a", "two\n")), false,
		"out/a   differs from spec (not text)\n1 file drifted: run belfry generate\n")
}

func TestJSONHasTheWholeReport(t *testing.T) {
	generated(t, rules, "<one>\n", "same", "1", "runbooks/A.md", "# A\n")
	var text bytes.Buffer
	if err := compare(t, artifacts(rules, "two\n", "same", "1")).JSON(&text); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"out": "out", "same": 1.0, "files": []any{
		map[string]any{"path": rules, "kind": "rules", "state": "differs", "lines": 1.0,
			"diff": "--- out/prometheus/rules.yaml\n+++ spec\n@@ -1 +1 @@\n-<one>\n+two\n"},
		map[string]any{"path": "runbooks/A.md", "kind": "runbooks", "state": "stale"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("JSON (-want +got):\n%s", diff)
	}
	text.Reset()
	if err := compare(t, artifacts(rules, "<one>\n", "same", "1", "runbooks/A.md", "# A\n")).JSON(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), `"files": []`) {
		t.Fatalf("no drift must be an empty list, not null:\n%s", text.String())
	}
}

// recorded writes a record of proofs about rules.
func recorded(t *testing.T, pairs ...string) {
	t.Helper()
	record := prove.Record("shop", prove.Hash(artifacts(pairs...)), nil)
	if _, err := generator.Write("out", []artifact.Artifact{record}, generator.WriteOptions{Kinds: []artifact.Kind{artifact.Proof}}); err != nil {
		t.Fatal(err)
	}
}

func TestAProofIsHeldAgainstTheRulesThatItProves(t *testing.T) {
	generated(t, rules, "a\n")
	recorded(t, rules, "a\n")
	requirePrint(t, compare(t, artifacts(rules, "a\n")), false, "no drift: 1 file is as the spec gives it\n")

	if _, err := generator.Write("out", artifacts(rules, "b\n"), generator.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	requirePrint(t, compare(t, artifacts(rules, "b\n")), false, `out/proof.md   outdated: it proves other rules or another Alertmanager configuration than the spec gives
1 file drifted: run belfry prove --write
`)
	recorded(t, rules, "b\n")
	if report := compare(t, artifacts(rules, "b\n")); report.Drifted() {
		t.Errorf("drifted after it was proven anew: %+v", report.Files)
	}
}

func TestAProofThatWasEditedIsDrift(t *testing.T) {
	generated(t, rules, "a\n")
	recorded(t, rules, "a\n")
	content, err := os.ReadFile("out/proof.md")
	if err != nil {
		t.Fatal(err)
	}
	put(t, "out/proof.md", string(content)+"all is well\n")
	requirePrint(t, compare(t, artifacts(rules, "a\n")), false, "out/proof.md   edited by hand\n1 file drifted: run belfry prove --write\n")
}

func TestAPageOfTheUsersOwnIsNoProof(t *testing.T) {
	generated(t, rules, "a\n")
	put(t, "out/proof.md", "# Proof that pigs fly\n")
	if report := compare(t, artifacts(rules, "a\n")); report.Drifted() {
		t.Errorf("drifted: %+v", report.Files)
	}
}
