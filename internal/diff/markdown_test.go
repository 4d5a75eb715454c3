package diff

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func markdown(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestACommentSaysNothingWhereNothingChanged(t *testing.T) {
	if got := markdown(t, &Report{Base: "main", Cost: Cost{10, 10}}); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestAShortCommentHasNoFoldOfChanges(t *testing.T) {
	r := &Report{Base: "main", Cost: Cost{1_210_000, 1_300_000}, Files: []File{{Changed, "prometheus/rules.yaml"}}, Changes: []Change{
		{Mark: Changed, Kind: Alert, Name: "HighErrorRate", Danger: true, Text: "looser: above 5 % → 8 %", Details: beforeAfter("a > 0.05", "a > 0.08")},
		{Mark: Removed, Kind: Panel, Name: `"Cost per minute"`, Text: "removed from Operations", Where: []string{"staging"}},
	}}
	want := "**Monitoring: ⚠️ 1 dangerous, 1 more** against `main`\n\n" +
		"- ⚠️ alert `HighErrorRate` looser: above 5 % → 8 %\n" +
		"- ➖ panel `Cost per minute` removed from Operations (in staging)\n\n" +
		"<details><summary>Queries and texts</summary>\n\n```diff\n@@ alert HighErrorRate @@\n- a > 0.05\n+ a > 0.08\n```\n\n</details>\n\n" +
		"<details><summary>1 generated file, evaluation 1.21 M → 1.30 M samples/h</summary>\n\n- changed `prometheus/rules.yaml`\n\n" +
		"Evaluation is " + Estimate + ".\n\n</details>\n"
	if diff := cmp.Diff(want, markdown(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALongCommentFitsAPhone(t *testing.T) {
	r := &Report{Base: "main"}
	for i := range 40 {
		r.Changes = append(r.Changes, Change{Mark: Changed, Kind: Alert, Name: fmt.Sprintf("Alert%d", i), Danger: i < 12, Text: strings.Repeat("much is said ", 30)})
	}
	got := markdown(t, r)
	before, folded, _ := strings.Cut(got, "<details>")
	lines := 0
	for line := range strings.Lines(before) {
		lines += 1 + len([]rune(line))/40
	}
	if lines > 40 {
		t.Errorf("%d lines of 40 characters stand before the fold", lines)
	}
	if n := strings.Count(folded, "\n- "); n != 40 {
		t.Errorf("%d changes are below the fold, want all 40", n)
	}
}

func TestTextsOfTheSpecStayTexts(t *testing.T) {
	hostile := "</details> @team #12 `x` *b* [a](https://example.com) <img src=x> | \n# head ```"
	r := &Report{Base: "main`x", Changes: []Change{
		{Mark: Changed, Kind: Text, Name: hostile, Text: hostile, Details: []string{"- ```", "+ ````"}},
	}}
	got := markdown(t, r)
	for _, bad := range []string{"\n# head", " @team #12 \\`", "*b* \\["} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is Markdown in\n%s", bad, got)
		}
	}
	if !strings.Contains(got, "`````diff\n") {
		t.Errorf("the fence ends early in\n%s", got)
	}
	var screen bytes.Buffer
	if err := (&Report{Changes: []Change{{Mark: Added, Kind: Alert, Name: "A\x1b[2J", Text: "\x1b]0;x\a"}}}).Print(&screen, false); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(screen.String(), "\x1b\a") {
		t.Errorf("the terminal is steered by %q", screen.String())
	}
}

func TestAScreenHoldsAllThatIsDangerous(t *testing.T) {
	r := &Report{}
	for i := range 70 {
		r.Changes = append(r.Changes, Change{Mark: Changed, Kind: Alert, Name: fmt.Sprintf("Alert%02d", i), Danger: i < 30, Text: fmt.Sprint(i)})
	}
	var b bytes.Buffer
	if err := r.Print(&b, true); err != nil {
		t.Fatal(err)
	}
	screen, details, _ := strings.Cut(b.String(), "details")
	if n := strings.Count(screen, "Alert"); n != 30+screenLines || !strings.Contains(screen, "… 20 more changes below") || strings.Count(details, "Alert") != 20 {
		t.Errorf("%d changes stand on the screen:\n%s", n, b.String())
	}
}
