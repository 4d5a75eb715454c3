package diff

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/generator"
)

func screenOf(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Print(&b, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWhatOneChangeMeansForManyAlertsIsOneLine: a route that leads elsewhere is one line, and nobody has to count its alerts.
func TestWhatOneChangeMeansForManyAlertsIsOneLine(t *testing.T) {
	r := &Report{Base: "main"}
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		r.Changes = append(r.Changes, Change{Mark: Changed, Kind: Alert, Name: name, Danger: true, Text: "reaches chat (was pager)"})
	}
	r.Changes = append(r.Changes, Change{Mark: Changed, Kind: Alert, Name: "F", Danger: true, Text: "looser: above 5 % → 8 %"},
		Change{Mark: Changed, Kind: Route, Name: `severity="critical"`, Text: "leads to chat (was pager)"})
	screen, details, _ := strings.Cut(screenOf(t, r), "details\n")
	want := `dangerous
  ! 5 alerts                   each reaches chat (was pager): A, B, C and 2 more
  ! alert F                    looser: above 5 % → 8 %
meaning
  ~ route severity="critical"  leads to chat (was pager)
6 dangerous

`
	if screen != want {
		t.Errorf("got\n%swant\n%s", screen, want)
	}
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		if !strings.Contains(details, "    "+name+"\n") {
			t.Errorf("%s is nowhere in the details:\n%s", name, details)
		}
	}
	comment := markdown(t, r)
	for _, want := range []string{
		"- ⚠️ 5 alerts each reaches chat (was pager): A, B, C and 2 more\n", "All 7 changes", "- ⚠️ alert `E` reaches chat (was pager)\n",
		"- ✏️ route `severity=\"critical\"` leads to chat (was pager)\n",
	} {
		if !strings.Contains(comment, want) {
			t.Errorf("the comment lacks %q:\n%s", want, comment)
		}
	}
	r.Changes = r.Changes[:2]
	if screen := screenOf(t, r); strings.Count(screen, "alert ") != 2 {
		t.Errorf("two alerts have a line each:\n%s", screen)
	}
}

// TestARenamedMetricIsOneChange: the queries that follow it compute what they did.
func TestARenamedMetricIsOneChange(t *testing.T) {
	for _, name := range []string{"requests_total", "latency_seconds"} {
		base, changed := compile(t, small), compile(t, strings.ReplaceAll(small, name, "shop_"+name))
		changes := Compare(Side{Outputs: []generator.Output{{Program: base}}}, Side{Outputs: []generator.Output{{Program: changed}}}).Changes
		if len(changes) != 1 || changes[0].Kind != Metric || !strings.HasPrefix(changes[0].Text, "renamed to shop_"+name) {
			t.Errorf("%+v", changes)
		}
	}
}

// TestTimesOfOtherIncidentsAreNotCompared: an alert with a looser threshold is proven by a worse incident, and may fire earlier in that.
func TestTimesOfOtherIncidentsAreNotCompared(t *testing.T) {
	base, changed := compile(t, small), compile(t, strings.Replace(small, `above: "1s"`, `above: "2s"`, 1))
	side := func(o generator.Output, after time.Duration) Side {
		return Side{Outputs: []generator.Output{o}, Proofs: Proofs{"": {"Slow": {Proven: true, FiresAfter: after}}}}
	}
	was, is := side(generator.Output{Program: base}, 14*time.Minute), side(generator.Output{Program: changed}, 10*time.Minute)
	changes := Compare(was, is).Changes
	if len(changes) != 1 || changes[0].Text != "looser: above 1 s → 2 s" {
		t.Errorf("%+v", changes)
	}
}
