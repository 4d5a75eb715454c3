package schema

import (
	"path/filepath"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"

	"github.com/google/go-cmp/cmp"
)

// TestWhatIsBuiltDirectlyIsWhatTheLoaderBuilds reads the specs of the golden cases both ways.
func TestWhatIsBuiltDirectlyIsWhatTheLoaderBuilds(t *testing.T) {
	l, err := newLoader(LoadOptions{Dir: filepath.Join("..", "golden")})
	if err != nil {
		t.Fatal(err)
	}
	folders, problems := l.expand([]string{"./...", "../spec"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	direct := 0
	for _, next := range folders {
		evaluate := func(instance func(*batch, *member) *build.Instance) (*Spec, bool) {
			b := &batch{loader: l, context: cuecontext.New(), imports: build.NewContext(), syntax: map[string]*ast.File{}}
			m := l.read(next)
			if m.instance = instance(b, m); m.instance == nil {
				return nil, false
			}
			result := b.evaluateMember(m)
			if len(result.diagnostics) > 0 {
				t.Errorf("%s: %v", next.path, result.diagnostics)
				return nil, false
			}
			return result.loaded.Spec, true
		}
		have, ok := evaluate((*batch).directly)
		if !ok {
			continue
		}
		direct++
		want, _ := evaluate(func(_ *batch, m *member) *build.Instance {
			return l.instances([]*member{m}, leanLanguage(), true)[0]
		})
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-loaded +direct):\n%s", next.path, diff)
		}
	}
	if direct < 40 {
		t.Errorf("only %d of %d packages are built directly", direct, len(folders))
	}
}
