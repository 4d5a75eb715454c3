package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/read"
)

// written is the form of a rule file whose texts stand in folded and quoted scalars.
const written = `groups:
  - name: shop
    rules:
      - alert: SlowPages
        expr: |-
          max by (pod)
            (shop_render_milliseconds) > 10000
        for: 5m
        annotations:
          summary: >-
            Pages of {{ $labels.pod }}
            take {{ $value | humanizeDuration }}
          description: "\"{{ $labels.instance }}\": more than 20 s, for 10m"
          note: |
            First line
            {{ if gt $value 100 }}slow{{ end }}
          more: '{{ $value }} seconds, {{ printf "%d" $value }}'
`

func TestMessagesAboutTextsStandWhereTheyAreAndSpeakTheUsersUnits(t *testing.T) {
	set, problems := read.Content("rules.yaml", []byte(written))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	found, _ := lint.Run(set, shopTable(t))
	var got []string
	for _, d := range found {
		got = append(got, d.String()+"\n"+strings.Join(append(d.Notes, d.Help), "\n"))
	}
	want := []string{
		`rules.yaml:12:30: error[rule/template-unit]: SlowPages: annotation summary prints 10 s as "2h 46m 40s"
humanizeDuration takes seconds, and the value is in ms
write {{ $value | printf "%.0f" }} ms`,
		`rules.yaml:13:38: error[rule/template-label]: SlowPages: annotation description prints the label instance, which the expression's result never has
max by (pod) keeps only pod
what is there: pod`,
		`rules.yaml:13:53: warning[rule/text-threshold]: SlowPages: annotation description says "more than 20 s", but the alert fires above 10 s
write 10 s in the text, or mend the expression`,
		`rules.yaml:13:69: warning[rule/text-duration]: SlowPages: annotation description says "for 10m", but the rule says for: 5m
write 5m in the text, or mend for`,
		`rules.yaml:16:19: error[rule/template]: SlowPages: annotation note cannot be expanded: error in gt: incompatible types for comparison: float64 and int
compare $value with a number that has a point, such as 100.0, and labels with texts`,
		`rules.yaml:17:18: error[rule/template-unit]: SlowPages: annotation more prints 10 s as "10000 seconds"
the value is in ms
write {{ $value | printf "%.0f" }} ms`,
		`rules.yaml:17:51: error[rule/template]: SlowPages: annotation more prints %!d(…): the format does not fit what is printed
$value is a float64: print it with %f, %g or %e, and labels with %s`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
