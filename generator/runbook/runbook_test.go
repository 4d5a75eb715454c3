package runbook

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/templates"
)

// pages emits the runbooks and returns them by path.
func pages(t testing.TB, p *ir.Program) map[string]string {
	t.Helper()
	set, _, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Emit(p, set)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range files {
		texts[file.Path] = string(file.Data)
	}
	return texts
}

func TestPagesReadAsTheyShould(t *testing.T) { goldenfile.Compare(t, "testdata", pages(t, agent(t))) }

// split returns the prose of a page and its fenced blocks by language. It fails where a fence is left open.
func split(t *testing.T, text string) (prose string, blocks map[string][]string) {
	t.Helper()
	blocks = map[string][]string{}
	fence, language, code := "", "", ""
	for line := range strings.Lines(text) {
		mark := regexp.MustCompile("^```+").FindString(line)
		switch {
		case fence == "" && mark != "":
			fence, language, code = mark, strings.TrimSpace(line[len(mark):]), ""
		case fence != "" && strings.TrimSpace(line) == fence:
			blocks[language] = append(blocks[language], code)
			fence = ""
		case fence != "":
			code += line
		default:
			prose += line
		}
	}
	if fence != "" {
		t.Errorf("a fenced block is left open:\n%s", text)
	}
	return prose, blocks
}

var relativeLink = regexp.MustCompile(`\]\(([^):]+)\)`)

func TestPagesAreWhole(t *testing.T) {
	all := pages(t, agent(t))
	for path, text := range all {
		prose, blocks := split(t, text)
		if !utf8.ValidString(text) || strings.Contains(text, "<no value>") || strings.Contains(prose, "{{") || strings.Contains(text, "\n\n\n") {
			t.Errorf("%s is not what a person should read:\n%s", path, text)
		}
		for _, query := range blocks["promql"] {
			if _, err := promql.Parse(query); err != nil {
				t.Errorf("%s: %v\n%s", path, err, query)
			}
		}
		for _, found := range relativeLink.FindAllStringSubmatch(prose, -1) {
			if _, ok := all["runbooks/"+found[1]]; !ok {
				t.Errorf("%s links to %s, which does not exist", path, found[1])
			}
		}
	}
}

func TestAlertMutesOnlyLowerOnesOfItsOwnIndicatorAndLabels(t *testing.T) {
	p := agent(t)
	p.Alerts = append(p.Alerts, &ir.Alert{
		Name: "WarningPerEndpoint", Signal: p.Alerts[0].Signal, Query: p.Alerts[0].Query, Severity: "warning",
		By: []string{"endpoint"}, Labels: p.Alerts[3].Labels,
	})
	p.Notifications.Inhibitions[0].Equal = append(p.Notifications.Inhibitions[0].Equal, "endpoint")
	muting := newMuting(p)
	got := map[string][]link{}
	for _, alert := range p.Alerts {
		if by, _ := muting.of(alert); by != nil {
			got[alert.Name] = by.Links
		}
	}
	want := map[string][]link{
		"WarningErrorRate":   {{"HighErrorRate", "HighErrorRate.md"}},
		"AvailabilityNoData": {{"AvailabilityBurn", "AvailabilityBurn.md"}, {"AvailabilityTrafficLow", "AvailabilityTrafficLow.md"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLongListsOfMutedAlertsAreCut(t *testing.T) {
	p := agent(t)
	for i := range 20 {
		p.Alerts = append(p.Alerts, &ir.Alert{
			Name: fmt.Sprintf("Warning%d", i), Signal: p.Alerts[0].Signal, Query: p.Alerts[0].Query, Severity: "warning", Labels: p.Alerts[3].Labels,
		})
	}
	p.Notifications.Inhibitions = append(p.Notifications.Inhibitions, p.Notifications.Inhibitions[0]) // the same twice
	if _, mutes := newMuting(p).of(p.Alerts[0]); len(mutes.Links) != 8 || mutes.More != 21-8 {
		t.Errorf("mutes %v, want 8 of 21 by name", mutes)
	}
	if text := pages(t, p)["runbooks/HighErrorRate.md"]; !strings.Contains(text, " and 13 others are muted.") {
		t.Errorf("the page does not say that there are more:\n%s", text)
	}
}

func TestNamesThatAreNoFileNamesAreRefused(t *testing.T) {
	set, _, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"", ".", "..", "../x", "a/b", `a\b`, "a\x00", "a\n", ".hidden", " a", "readme", "higherrorrate", "C:x", strings.Repeat("x", 300), "\xff",
	} {
		p := agent(t)
		p.Alerts[3].Name = name
		if files, err := Emit(p, set); err == nil {
			t.Errorf("%q was accepted: %d files", name, len(files))
		}
	}
}

func TestQueriesOfOtherGeneratorsAreLeftAsTheyWere(t *testing.T) {
	p := agent(t)
	pages(t, p)
	for _, alert := range p.Alerts {
		if alert.Query == nil {
			continue
		}
		if diff := cmp.Diff(alert.Query.Text, alert.Query.Expr.String()); diff != "" {
			t.Errorf("%s: %s", alert.Name, diff)
		}
	}
}

func TestNoAlertsNoPages(t *testing.T) {
	if got := pages(t, &ir.Program{Platform: &ir.Platform{}}); len(got) > 0 {
		t.Errorf("made %v", got)
	}
}

func BenchmarkEmit(b *testing.B) {
	p := agent(b)
	for b.Loop() {
		pages(b, p)
	}
}
