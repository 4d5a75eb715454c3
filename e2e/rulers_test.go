package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ruler is a program beside Prometheus that evaluates rules.
type ruler struct {
	name string
	file string // of the output, that it loads
	// load gives it a file as its users do, and returns what it printed, and whether it accepts the file.
	load func(t *testing.T, file string) (string, error)
}

// rulers are all that a spec may name, as their own modules have them.
var rulers = []ruler{
	{"thanos", "ruler/rules.yaml", func(t *testing.T, file string) (string, error) {
		return attempt(t, work, built(t, "thanos"), "tools", "rules-check", "--rules="+file)
	}},
	{"vmalert", "prometheus/rules.yaml", func(t *testing.T, file string) (string, error) {
		return attempt(t, work, built(t, "vmalert"), "-dryRun", "-rule="+file)
	}},
	{"mimir", "ruler/rules.yaml", func(t *testing.T, file string) (string, error) {
		return startMimir(t, "").load(t, file)
	}},
}

// buildRulers builds all of them, one after the other, so that nothing that is waited for runs meanwhile: each takes minutes at first.
func buildRulers(t *testing.T) {
	t.Helper()
	for _, r := range rulers {
		built(t, r.name)
	}
}

// TestRulersAcceptTheRulesThatAreForThem compiles the reference, and a service with more rules than one group may have, for each ruler. A
// field that is not its own is refused, so that it could have refused the file.
func TestRulersAcceptTheRulesThatAreForThem(t *testing.T) {
	buildRulers(t)
	for _, r := range rulers {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for name, folder := range map[string]string{"the reference": referenceFor(t, r.name), "many rules": manyRules(t, r.name)} {
				file := filepath.Join(folder, filepath.FromSlash(r.file))
				if text, err := r.load(t, file); err != nil {
					t.Errorf("%s: %v\n%s", name, err, text)
				}
				rules, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				wrong := bytes.Replace(rules, []byte(" expr: "), []byte(" expression: "), 1)
				if text, err := r.load(t, write(t, "rules.yaml", wrong)); err == nil {
					t.Errorf("%s: a rule without an expression is accepted:\n%s", name, text)
				}
			}
		})
	}
}

// TestMimirTakesNoMoreThanWhatIsCounted: what is compiled for Mimir's own limits loads, to the last group; one rule or group more than
// those, and Mimir refuses what the compiler refuses or divides by itself.
func TestMimirTakesNoMoreThanWhatIsCounted(t *testing.T) {
	const groups = 70 - 3 - 2 // beside three of fifty alerts, and two of the objective
	fits := manyRules(t, "mimir", "groups="+fmt.Sprint(groups))
	if text, err := startMimir(t, "").load(t, filepath.Join(fits, "ruler", "rules.yaml")); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if _, problems, err := compileMany(t, "mimir", "groups="+fmt.Sprint(groups+1)); err == nil ||
		!strings.Contains(problems, "71 rule groups, and the ruler takes 70 from tenant shops") {
		t.Errorf("71 groups are compiled for 70: %v\n%s", err, problems)
	}
	for name, planted := range map[string]struct {
		tags []string
		says string
	}{
		"a rule too many":  {[]string{"taken=21"}, "per-user rules per rule group limit (limit: 20 actual: 21) exceeded"},
		"a group too many": {[]string{"taken=71", "alerts=10", "groups=68"}, "per-user rule groups limit (limit: 70 actual: 71) exceeded"},
	} {
		folder := manyRules(t, "mimir", planted.tags...)
		if text, err := startMimir(t, "").load(t, filepath.Join(folder, "ruler", "rules.yaml")); err == nil || !strings.Contains(text, planted.says) {
			t.Errorf("%s: want %q: %v\n%s", name, planted.says, err, text)
		}
	}
}

// referenceFor compiles the reference spec for a ruler.
func referenceFor(t *testing.T, ruler string) (folder string) {
	t.Helper()
	repository := t.TempDir()
	for _, part := range []string{"spec", "cue.mod"} {
		if err := os.CopyFS(filepath.Join(repository, part), os.DirFS(filepath.Join(root, part))); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(repository, "spec", "ruler.cue"), fmt.Sprintf("package monitoring\n\nplatform: prometheus: target: %q\n", ruler))
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := command(repository, belfry, "generate", "./spec"); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(repository, "out")
}

// manyRules compiles the service with many rules for a ruler.
func manyRules(t *testing.T, ruler string, tags ...string) (folder string) {
	t.Helper()
	folder, _, err := compileMany(t, ruler, tags...)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// compileMany returns what the compiler has to say, too.
func compileMany(t *testing.T, ruler string, tags ...string) (folder, problems string, err error) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "out")
	arguments := []string{"generate", "./e2e/testdata/rulers", "--out", folder, "--tag", "ruler=" + ruler}
	for _, tag := range tags {
		arguments = append(arguments, "--tag", tag)
	}
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	problems, err = attempt(t, root, belfry, arguments...)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, problems)
	}
	return folder, problems, err
}
