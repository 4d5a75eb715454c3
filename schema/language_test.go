package schema

import (
	"regexp"
	"strings"
	"testing"
)

// quotedExample finds the examples in what a definition says it wants.
var quotedExample = regexp.MustCompile(`"([^"]*)"`)

// TestWhatIsWantedIsAllowed holds the definitions to their own error messages: each example must be allowed, each choice
// must be listed, and every pattern needs a message, because nobody reads regular expressions.
func TestWhatIsWantedIsAllowed(t *testing.T) {
	checked := 0
	var visit func(path string, s *shape)
	visit = func(path string, s *shape) {
		switch {
		case s == nil:
			return
		case len(s.enum) > 0 && s.basic == "string":
			checked++
			if want := listing(s.enum, "or"); s.want != want {
				t.Errorf("%s says that it wants %q, not %q", path, s.want, want)
			}
		case s.pattern != nil:
			checked++
			examples := quotedExample.FindAllStringSubmatch(s.want, -1)
			if len(examples) == 0 {
				t.Errorf("%s has a pattern and gives no example in its message: %q", path, s.want)
			}
			for _, example := range examples {
				if !s.pattern.MatchString(example[1]) {
					t.Errorf("%s gives the example %q, which it does not allow", path, example[1])
				}
			}
			if strings.HasSuffix(s.want, ".") {
				t.Errorf("%s: the message goes on with what was written, and so has no full stop: %q", path, s.want)
			}
		}
		for _, field := range s.fields {
			visit(path+"."+field.name, field.shape)
		}
		visit(path+"[0]", s.elements)
		visit(path+"[name]", s.values)
		for _, alternative := range s.alternatives {
			visit(path, alternative)
		}
	}
	visit("#Spec", language()["#Spec"])
	if checked < 40 {
		t.Errorf("only %d fields were checked: the walk ended early", checked)
	}
}
