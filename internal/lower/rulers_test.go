package lower

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Whatever the rules, each has a place, no group is too large, what fits together stands together, and what is read stands
// before its readers.
func TestDividedGroupsKeepTogetherWhatFits(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	divided := 0
	for range 500 {
		rules := randomRules(random)
		limit := 1 + random.Intn(20)
		graph := newRuleGraph(rules)
		parts := packRules(graph, limit)
		at := make([]int, len(rules))
		var all []int
		for i, part := range parts {
			if len(part) == 0 || len(part) > limit || !slices.IsSorted(part) {
				t.Fatalf("limit %d: group %v", limit, part)
			}
			for _, rule := range part {
				at[rule] = i
			}
			all = append(all, part...)
		}
		slices.Sort(all)
		want := make([]int, len(rules))
		for i := range want {
			want[i] = i
		}
		if diff := cmp.Diff(want, append([]int{}, all...)); diff != "" {
			t.Fatalf("rules (-want +have):\n%s", diff)
		}
		seen := make([]bool, len(rules))
		for rule := range rules {
			family := graph.family(rule, seen)
			if len(family) > limit {
				divided++
				continue
			}
			for _, member := range family {
				if at[member] != at[rule] || graph.late(member, at) > 0 {
					t.Fatalf("limit %d: family %v is divided though it fits", limit, family)
				}
			}
		}
	}
	if divided == 0 {
		t.Fatal("no family was too large: too little is tested")
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
