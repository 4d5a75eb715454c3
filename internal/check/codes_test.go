package check

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
)

func TestEveryCodeIsExplained(t *testing.T) {
	names := Codes()
	for i, name := range names {
		if i > 0 && names[i-1] == name {
			t.Errorf("code %s is listed twice", name)
		}
		c, ok := Explain(name)
		if !ok || c.Doc.Summary == "" || !regexp.MustCompile(`^[a-z]+/[a-z-]+$`).MatchString(name) {
			t.Errorf("code %s has no summary, or is not of the form group/name", name)
		}
		if notReproducible[name] == "" && (c.Bad == "" || c.Good == "" || c.Bad == c.Good) {
			t.Errorf("code %s has no example of what is wrong and of what is right", name)
		}
		if notReproducible[name] != "" && c.Bad != "" {
			t.Errorf("code %s has an example, although %s", name, notReproducible[name])
		}
	}
	if _, ok := Explain("alert/no-such-code"); ok {
		t.Error("a code that does not exist is explained")
	}
}

func TestEveryCheckSaysWhyItMatters(t *testing.T) {
	for _, c := range All() {
		if c.Doc.Why == "" {
			t.Errorf("check %s does not say why it matters", c.Code)
		}
		if c.Warns && c.Severity != diag.Error {
			t.Errorf("check %s warns in milder cases of a warning", c.Code)
		}
	}
}

func TestTheTablesListWhatLoaderAndLoweringReport(t *testing.T) {
	for _, source := range []struct {
		folder string
		codes  []Code
	}{{"../lower", loweringCodes}, {"../../schema", loaderCodes}} {
		var listed []string
		for _, c := range append(slices.Clone(source.codes), sharedCodes...) {
			listed = append(listed, c.Code)
		}
		for _, code := range reported(t, source.folder) {
			if !slices.Contains(listed, code) {
				t.Errorf("%s reports %s, which is not listed", source.folder, code)
			}
		}
		for _, c := range source.codes {
			if !slices.Contains(reported(t, source.folder), c.Code) {
				t.Errorf("%s is listed, but %s never reports it", c.Code, source.folder)
			}
		}
	}
}

// TestEveryCodeThatFilesOfOthersAreToldIsListed looks for codes in the source of what inspects them.
func TestEveryCodeThatFilesOfOthersAreToldIsListed(t *testing.T) {
	all := Codes()
	var found []string
	for _, folder := range []string{"../read", "../lint", "../promql", "../slospec", "../exposed", "../live"} {
		for _, code := range reported(t, folder) {
			found = append(found, code)
			if !slices.Contains(all, code) {
				t.Errorf("%s reports %s, which is not listed", folder, code)
			}
		}
	}
	for _, c := range slices.Concat(readCodes, exposedCodes, liveCodes) {
		if !slices.Contains(found, c.Code) {
			t.Errorf("%s is listed, but nothing reports it", c.Code)
		}
	}
}

// TestWhatNoExampleShowsHasATestOfItsOwn looks for the tests that stand beside codes without an example.
func TestWhatNoExampleShowsHasATestOfItsOwn(t *testing.T) {
	tests := regexp.MustCompile(`Test[A-Za-z]+`)
	for code, why := range notReproducible {
		for _, name := range tests.FindAllString(why, -1) {
			if !slices.ContainsFunc(sources(t, "../read"), func(content string) bool {
				return strings.Contains(content, "func "+name+"(") && strings.Contains(content, code)
			}) {
				t.Errorf("no file of internal/read has %s and speaks of %s", name, code)
			}
		}
	}
}

// sources are the contents of a folder's Go files.
func sources(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", folder, err)
	}
	var contents []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, string(content))
	}
	return contents
}

// sharedCodes are in one of the tables, or in promql's, and reported by several.
var sharedCodes = []Code{{Code: "schema/format"}, {Code: "spec/cycle"}, {Code: "promql/never-matches"}}

// reported lists the codes that a folder's Go files report, by the groups of the tables.
func reported(t *testing.T, folder string) []string {
	t.Helper()
	groups := map[string]bool{}
	for _, name := range Codes() {
		group, _, _ := strings.Cut(name, "/")
		groups[group] = true
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", folder, err)
	}
	literal := regexp.MustCompile(`[( {]"([a-z]+)/([a-z-]+)"`)
	given := regexp.MustCompile(`(?:Code: |code[A-Z]\w+ *= )"([a-z]+)/([a-z-]+)"`) // whatever the group
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literal.FindAllStringSubmatch(string(content), -1) {
			if groups[match[1]] {
				found = append(found, match[1]+"/"+match[2])
			}
		}
		for _, match := range given.FindAllStringSubmatch(string(content), -1) {
			found = append(found, match[1]+"/"+match[2])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestACaseFolderBelongsToACode(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/*")
	if err != nil {
		t.Fatal(err)
	}
	var unknown []string
	for _, folder := range folders {
		code := strings.TrimPrefix(filepath.ToSlash(folder), "testdata/")
		if !slices.Contains(Codes(), code) {
			unknown = append(unknown, code)
		}
	}
	if difference := cmp.Diff([]string(nil), unknown); difference != "" {
		t.Errorf("folders without a code:\n%s", difference)
	}
}
