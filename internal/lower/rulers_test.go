package lower

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// randomRules is a group in dependency order: recordings that may read each other, and alerts that read some.
func randomRules(random *rand.Rand) []ir.Rule {
	var rules []ir.Rule
	recordings := random.Intn(12)
	for i := range recordings {
		expr := "up"
		if i > 0 && random.Intn(3) == 0 {
			expr = fmt.Sprintf("sum(a:r%d:b)", random.Intn(i))
		}
		rules = append(rules, ir.Rule{Record: fmt.Sprintf("a:r%d:b", i), Expr: expr})
	}
	for i := range random.Intn(40) {
		expr := "up == 0"
		for range random.Intn(3) {
			if recordings > 0 {
				expr += fmt.Sprintf(` or a:r%d:b{service="s"} > 1`, random.Intn(recordings))
			}
		}
		rules = append(rules, ir.Rule{Alert: fmt.Sprintf("A%d", i), Expr: expr})
	}
	return rules
}

// splitProgram divides the groups of a program with the rules, and returns it with the warnings.
func splitProgram(groups [][]ir.Rule, limit int) (*ir.Program, diag.List) {
	p := &ir.Program{Platform: &ir.Platform{}}
	p.Platform.Prometheus.Ruler.RulesPerGroup = limit
	for i, rules := range groups {
		p.Groups = append(p.Groups, &ir.Group{Name: fmt.Sprintf("g%d", i), Interval: time.Duration(i+1) * time.Minute, Rules: rules})
		for _, rule := range rules {
			if rule.Alert != "" {
				p.Alerts = append(p.Alerts, &ir.Alert{Name: rule.Alert, Path: "alerts." + rule.Alert})
			}
		}
	}
	l := &lowerer{program: p, locate: func(string) diag.Pos { return diag.Pos{} }}
	l.splitGroups()
	return p, l.list
}

// prefixed gives the rules names of their own.
func prefixed(rules []ir.Rule, prefix string) []ir.Rule {
	for i := range rules {
		rules[i].Expr = strings.ReplaceAll(rules[i].Expr, "a:r", prefix+":r")
		rules[i].Record = strings.ReplaceAll(rules[i].Record, "a:r", prefix+":r")
		if rules[i].Alert != "" {
			rules[i].Alert = prefix + rules[i].Alert
		}
	}
	return rules
}

var recordingOfTest = regexp.MustCompile(`g\d+:r\d+:b`)

// placeOf is where a rule of a program stands.
type placeOf struct{ group, rule int }

// checkDivided holds the groups of a program against the text of the rules alone: each rule has one place, no group is too large, what is
// read stands before its readers, what could stand together does, and each alert is as late as the groups between it and what it reads.
func checkDivided(t *testing.T, groups [][]ir.Rule, limit int) (divided int) {
	t.Helper()
	rules := map[string]ir.Rule{}
	tied := map[string]string{} // the first rule that each is tied to, by reading and being read
	var root func(name string) string
	root = func(name string) string {
		if tied[name] != name {
			tied[name] = root(tied[name])
		}
		return tied[name]
	}
	for _, group := range groups {
		for _, rule := range group {
			name := rule.Record + rule.Alert
			rules[name], tied[name] = rule, name
		}
	}
	family := map[string][]string{}
	for name, rule := range rules {
		for _, read := range recordingOfTest.FindAllString(rule.Expr, -1) {
			tied[root(name)] = root(read)
		}
	}
	for name := range rules {
		family[root(name)] = append(family[root(name)], name)
	}

	p, warnings := splitProgram(groups, limit)
	at := map[string]placeOf{}
	for g, group := range p.Groups {
		if len(group.Rules) == 0 || len(group.Rules) > limit {
			t.Fatalf("limit %d: group %s has %d rules", limit, group.Name, len(group.Rules))
		}
		for r, rule := range group.Rules {
			name := rule.Record + rule.Alert
			if _, ok := at[name]; ok || !cmp.Equal(rule, rules[name]) {
				t.Fatalf("rule %s stands twice, or was changed", name)
			}
			at[name] = placeOf{g, r}
		}
	}
	if len(at) != len(rules) {
		t.Fatalf("%d of %d rules have a place", len(at), len(rules))
	}
	var late func(name string) time.Duration
	late = func(name string) (most time.Duration) {
		for _, read := range recordingOfTest.FindAllString(rules[name].Expr, -1) {
			from, to := at[read], at[name]
			if from.group > to.group || from.group == to.group && from.rule >= to.rule {
				t.Fatalf("limit %d: %s stands at %v, before what it reads: %s at %v", limit, name, to, read, from)
			}
			behind := late(read)
			if from.group != to.group {
				behind += p.Groups[to.group].Interval
			}
			most = max(most, behind)
		}
		return most
	}
	warned := 0
	for _, alert := range p.Alerts {
		want := late(alert.Name)
		if alert.Late != want {
			t.Fatalf("limit %d: %s may be %s late, want %s", limit, alert.Name, alert.Late, want)
		}
		if want > 0 {
			warned++
		}
	}
	if len(warnings) != warned {
		t.Fatalf("limit %d: %d alerts may be late, and there are %d warnings", limit, warned, len(warnings))
	}
	for _, members := range family {
		if len(members) > limit {
			divided++
			continue
		}
		for _, member := range members {
			if at[member].group != at[members[0]].group {
				t.Fatalf("limit %d: %v are divided though they fit", limit, members)
			}
		}
	}
	return divided
}

// Whatever the program, under Mimir's default limit or another one, recordings stand in the group of their readers, before them,
// wherever the limit allows.
func TestDividedGroupsKeepTogetherWhatFits(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	atDefault, atOther := 0, 0
	for range 400 {
		var groups [][]ir.Rule
		for g := range 1 + random.Intn(3) {
			groups = append(groups, prefixed(randomRules(random), fmt.Sprintf("g%d", g)))
		}
		groups = slices.DeleteFunc(groups, func(rules []ir.Rule) bool { return len(rules) == 0 })
		atDefault += checkDivided(t, groups, mimirRulesPerGroup)
		atOther += checkDivided(t, groups, 1+random.Intn(mimirRulesPerGroup))
	}
	if atDefault == 0 || atOther == 0 {
		t.Fatalf("%d and %d families were too large: too little is tested", atDefault, atOther)
	}
}

// Of a recording with more readers than a group takes, only those that find no room beside it read it late.
func TestOnlyReadersWithoutRoomBesideTheRecordingAreLate(t *testing.T) {
	rules := []ir.Rule{{Record: "a:lone:b", Expr: "up"}, {Record: "a:busy:b", Expr: "up"}}
	rules = append(rules, ir.Rule{Alert: "Lone", Expr: "a:lone:b > 1"})
	for i := range 25 {
		rules = append(rules, ir.Rule{Alert: fmt.Sprintf("Busy%d", i), Expr: "a:busy:b > 1"})
	}
	graph := newRuleGraph(rules)
	at := make([]int, len(rules))
	for i, part := range packRules(graph, mimirRulesPerGroup) {
		for _, rule := range part {
			at[rule] = i
		}
	}
	late := 0
	for rule := range rules {
		late += graph.late(rule, at)
	}
	if want := 25 - (mimirRulesPerGroup - 1); late != want {
		t.Errorf("%d readers are late, want %d", late, want)
	}
}
