package kubernetes

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/artifact"
)

func TestOnlyWhatIsVerifiedElsewhereIsTakenOut(t *testing.T) {
	verified := []artifact.Artifact{
		{Kind: artifact.Rules, Data: []byte("# rules\ngroups:\n  - name: a\n    rules:\n      - record: b\n        expr: |-\n          up\n\n          + 1\n")},
		{Kind: artifact.Dashboards, Data: []byte("{\n  \"title\": \"A\"\n}\n")},
	}
	const rules = "kind: PrometheusRule\nspec:\n  groups:\n    - name: a\n      rules:\n        - record: b\n          expr: |-\n            up\n\n            + 1\n"
	const dashboard = "kind: ConfigMap\ndata:\n  a.json: |\n    {\n      \"title\": \"A\"\n    }\n"
	for document, want := range map[string]string{
		rules:     "kind: PrometheusRule\nspec:\n  groups: []\n",
		dashboard: "kind: ConfigMap\ndata:\n  a.json: \"\"\n",
	} {
		if diff := cmp.Diff(want, string(withoutVerified([]byte(document), verified))); diff != "" {
			t.Error(diff)
		}
		lines := bytes.SplitAfter([]byte(document), []byte("\n"))
		for at := 3; at < len(document); at++ {
			changed := []byte(document[:at] + "x" + document[at:])
			if got := withoutVerified(changed, verified); !bytes.Equal(got, changed) && !bytes.Contains(got, []byte("x")) {
				t.Errorf("a change is not read any more:\n%s", changed)
			}
		}
		for i := range lines[:len(lines)-1] { // the last is the nothing after the last line break
			fewer := bytes.Join(append(append([][]byte{}, lines[:i]...), lines[i+1:]...), nil)
			cut := withoutVerified(fewer, verified)
			if bytes.Equal(cut, []byte(want)) {
				t.Errorf("a missing line is not noticed:\n%s", fewer)
			}
		}
	}
}

func TestADashboardThatOthersFollowIsTakenOutToo(t *testing.T) {
	verified := []artifact.Artifact{{Kind: artifact.Dashboards, Data: []byte("{\n}\n")}}
	const one = "---\nkind: ConfigMap\ndata:\n  a.json: |\n    {\n    }\n"
	for i, document := range documents([]byte("# a comment\n" + one + one)) {
		if left := withoutVerified(document, verified); bytes.Contains(left, []byte("{")) {
			t.Errorf("dashboard %d is read again:\n%s", i, left)
		}
	}
}
