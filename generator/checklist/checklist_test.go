package checklist_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/checklist"
)

// compile compiles a package of the repository and returns its files by path.
func compile(t *testing.T, folder string) map[string]string {
	t.Helper()
	result, err := generator.Compile(generator.Options{Dir: filepath.Join("..", ".."), Packages: []string{folder}})
	if err != nil || len(result.Outputs) != 1 {
		t.Fatalf("%v %v", err, result)
	}
	files := map[string]string{}
	for _, a := range result.Outputs[0].Artifacts {
		files[a.Path] = string(a.Data)
	}
	return files
}

var (
	place = regexp.MustCompile("^- \\[x\\] .*: `([^`]+)`(?: `([^`]+)`)?$")
	step  = regexp.MustCompile(`"[^"]+"|[^.]+`)
)

// TestWhatIsTickedStandsWhereItSays follows every place of the checklist into the generated files.
func TestWhatIsTickedStandsWhereItSays(t *testing.T) {
	for _, folder := range []string{"./spec", "./golden/production", "./golden/production-minimal"} {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			files := compile(t, folder)
			ticked := 0
			for _, line := range strings.Split(files[checklist.Path], "\n") {
				if !strings.HasPrefix(line, "- [x] ") {
					continue
				}
				ticked++
				found := place.FindStringSubmatch(line)
				if found == nil {
					t.Errorf("no place: %s", line)
					continue
				}
				text, there := files[found[1]]
				if !there {
					t.Errorf("there is no %s: %s", found[1], line)
				}
				if strings.HasSuffix(found[1], "values.yaml") && !hasKey(t, text, found[2]) {
					t.Errorf("%s has no %s: %s", found[1], found[2], line)
				}
				if found[2] != "" && !strings.Contains(text, strings.Trim(lastStep(found[2]), `"`)+":") {
					t.Errorf("%s does not speak of %s: %s", found[1], found[2], line)
				}
			}
			if ticked < 8 || strings.Count(files[checklist.Path], "\n## ") != 13 {
				t.Errorf("%d places are ticked:\n%s", ticked, files[checklist.Path])
			}
		})
	}
}

func lastStep(key string) string {
	steps := step.FindAllString(key, -1)
	return steps[len(steps)-1]
}

func hasKey(t *testing.T, text, key string) bool {
	t.Helper()
	var node any
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	for _, name := range step.FindAllString(key, -1) {
		entries, _ := node.(map[string]any)
		node = entries[strings.Trim(name, `"`)]
	}
	return node != nil
}

// TestAServiceHasNoChecklist compiles a service that inherits its platform.
func TestAServiceHasNoChecklist(t *testing.T) {
	result, err := generator.Compile(generator.Options{Dir: "../../golden/fleet", Packages: []string{"./services/..."}, Kinds: []generator.Kind{"checklist"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range result.Outputs {
		if got := len(output.Artifacts) > 0; got != output.Program.OwnsPlatform {
			t.Errorf("%s has a checklist: %v", output.Folder, got)
		}
	}
}
