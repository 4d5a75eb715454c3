package lower

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// Mimir's default limits of one tenant (pkg/util/validation/limits.go: ruler.max-rules-per-rule-group,
// ruler.max-rule-groups-per-tenant and ruler.evaluation-delay-duration), and vmalert's -rule.evalDelay (app/vmalert/rule/group.go).
const (
	mimirRulesPerGroup = 20
	mimirGroups        = 70
	mimirDelay         = time.Minute
	vmalertDelay       = 30 * time.Second
)

// ruler reads what evaluates the rules, and within which limits.
func (l *lowerer) ruler(p *schema.Prometheus) ir.Ruler {
	ruler := ir.Ruler{Target: ir.RulerTarget(p.Target)}
	if ruler.Target == ir.TargetMimir {
		ruler.RulesPerGroup, ruler.Groups, ruler.Delay = mimirRulesPerGroup, mimirGroups, mimirDelay
	}
	if ruler.Target == ir.TargetVMAlert {
		ruler.Delay = vmalertDelay
	}
	if ruler.Target == ir.TargetThanos {
		ruler.PartialResponse = "abort"
	}
	if p.Ruler == nil {
		return ruler
	}
	l.settingOf(ruler, "tenant", p.Ruler.Tenant, ir.TargetMimir)
	l.settingOf(ruler, "partialResponse", p.Ruler.PartialResponse, ir.TargetThanos)
	if text := p.Ruler.EvaluationDelay; text != "" {
		l.settingOf(ruler, "evaluationDelay", text, ir.TargetMimir, ir.TargetThanos, ir.TargetVMAlert)
		ruler.Delay = l.duration("platform.prometheus.ruler.evaluationDelay", text)
	}
	if p.Ruler.RulesPerGroup > 0 {
		ruler.RulesPerGroup = p.Ruler.RulesPerGroup
	}
	if p.Ruler.Groups > 0 {
		ruler.Groups = p.Ruler.Groups
	}
	if p.Ruler.PartialResponse != "" {
		ruler.PartialResponse = p.Ruler.PartialResponse
	}
	ruler.Tenant = p.Ruler.Tenant
	return ruler
}

// settingOf reports a setting that the target does not have.
func (l *lowerer) settingOf(ruler ir.Ruler, field, value string, targets ...ir.RulerTarget) {
	if value == "" || slices.Contains(targets, ruler.Target) {
		return
	}
	have, want := string(targets[0]), fmt.Sprintf("%q", targets[0])
	for _, other := range targets[1:] {
		have, want = have+", "+string(other), fmt.Sprintf("%s or %q", want, other)
	}
	l.report("ruler/setting", "platform.prometheus.ruler."+field, "remove it, or set platform.prometheus.target to "+want,
		"%s is a setting of %s, and the rules are for %s", field, have, ruler.Target)
}

// splitGroups divides groups that have more rules than the ruler takes. What reads each other stays together, recordings
// first, for as long as it fits: a rule in another group may see a recording one evaluation late.
func (l *lowerer) splitGroups() {
	limit := l.program.Platform.Prometheus.Ruler.RulesPerGroup
	if limit == 0 {
		return
	}
	taken := map[string]bool{}
	for _, group := range l.program.Groups {
		taken[group.Name] = true
	}
	var groups []*ir.Group
	for _, group := range l.program.Groups {
		if len(group.Rules) <= limit {
			groups = append(groups, group)
			continue
		}
		parts := packRules(newRuleGraph(group.Rules), limit)
		for i, part := range parts {
			divided := &ir.Group{Name: group.Name, Interval: group.Interval, Limit: group.Limit}
			for number := i + 1; i > 0; number++ {
				if divided.Name = fmt.Sprintf("%s-%d", group.Name, number); !taken[divided.Name] {
					break
				}
			}
			taken[divided.Name] = true
			for _, rule := range part {
				divided.Rules = append(divided.Rules, group.Rules[rule])
			}
			groups = append(groups, divided)
		}
		l.reportDelays(group, parts)
	}
	l.program.Groups = groups
}

// reportDelays says which alerts may see a recording late, because it has to stand in another group.
func (l *lowerer) reportDelays(group *ir.Group, parts [][]int) {
	graph := newRuleGraph(group.Rules)
	part := make([]int, len(group.Rules))
	for i, rules := range parts {
		for _, rule := range rules {
			part[rule] = i
		}
	}
	for _, a := range l.program.Alerts {
		for i := range group.Rules {
			if group.Rules[i].Alert != a.Name {
				continue
			}
			if late := graph.late(i, part); late > 0 {
				a.Late = max(a.Late, time.Duration(late)*group.Interval)
				l.warn("ruler/split", a.Path, "raise platform.prometheus.ruler.rulesPerGroup where the ruler allows it, or give the alert a group of its own with fewer others",
					"what the alert reads is recorded in another group, because group %s has %d rules and the ruler takes %d in one: it may fire %s later",
					group.Name, len(group.Rules), l.program.Platform.Prometheus.Ruler.RulesPerGroup, unit.FormatDuration(a.Late))
			}
		}
	}
}

// ruleGraph tells which rules of a group read which: by index, those read come first in the group.
type ruleGraph struct{ reads, readBy [][]int }

func newRuleGraph(rules []ir.Rule) ruleGraph {
	graph := ruleGraph{make([][]int, len(rules)), make([][]int, len(rules))}
	records := map[string][]int{}
	for i, rule := range rules {
		if rule.Record != "" {
			records[rule.Record] = append(records[rule.Record], i)
		}
	}
	for i, rule := range rules {
		for _, name := range metricsIn(rule.Expr) {
			for _, read := range records[name] {
				if read < i && !slices.Contains(graph.reads[i], read) {
					graph.reads[i] = append(graph.reads[i], read)
					graph.readBy[read] = append(graph.readBy[read], i)
				}
			}
		}
	}
	return graph
}

// metricsIn lists the names of the series that a printed expression selects.
func metricsIn(text string) []string {
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	if err != nil {
		return nil // it was printed from a tree, and is verified when it is emitted
	}
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok && selector.Name != "" {
			names = append(names, selector.Name)
		}
		return nil
	})
	return names
}

// late is how many evaluations what a rule reads, directly or not, may be behind.
func (g ruleGraph) late(rule int, part []int) int {
	most := 0
	for _, read := range g.reads[rule] {
		behind := g.late(read, part)
		if part[read] != part[rule] {
			behind++
		}
		most = max(most, behind)
	}
	return most
}

// family is all rules that are tied to one by reading and being read, in the order of the group.
func (g ruleGraph) family(rule int, seen []bool) []int {
	if seen[rule] {
		return nil
	}
	seen[rule] = true
	members := []int{rule}
	for _, other := range slices.Concat(g.reads[rule], g.readBy[rule]) {
		members = append(members, g.family(other, seen)...)
	}
	return members
}

// packRules fills groups of at most limit rules. A family that fits into one group is never divided. A larger one begins a
// group and follows its readers, each after what it reads that has no place yet, so that few have to read from another group.
// What a rule reads stands before it: in its own group, or in one before that.
func packRules(g ruleGraph, limit int) [][]int {
	p := packer{graph: g, limit: limit, part: make([]int, len(g.reads))}
	seen, placed := make([]bool, len(g.reads)), make([]bool, len(g.reads))
	var small [][]int
	for rule := range g.reads {
		family := g.family(rule, seen)
		if slices.Sort(family); len(family) <= limit {
			small = append(small, family)
			continue
		}
		p.begin()
		for _, member := range family {
			if len(g.readBy[member]) == 0 {
				p.put(g.unplaced(member, placed))
			}
		}
	}
	for _, family := range small {
		p.put(family)
	}
	for i := range p.parts {
		slices.Sort(p.parts[i]) // the group's order: what is read comes first
	}
	return p.parts
}

// packer puts rules into groups.
type packer struct {
	graph ruleGraph
	limit int
	parts [][]int
	part  []int // of each rule that has a place
	fresh bool  // what is put next begins a group
}

func (p *packer) begin() { p.fresh = true }

// put finds room for rules that belong together: next to the last of what they read, else in the first group behind it that has some.
func (p *packer) put(rules []int) {
	if len(rules) == 0 {
		return
	}
	from := 0
	for _, rule := range rules {
		for _, read := range p.graph.reads[rule] {
			if !slices.Contains(rules, read) {
				from = max(from, p.part[read])
			}
		}
	}
	if !p.fresh {
		for i := from; i < len(p.parts); i++ {
			if len(p.parts[i])+len(rules) <= p.limit {
				p.add(i, rules)
				return
			}
		}
	}
	p.fresh = false
	for chunk := range slices.Chunk(rules, p.limit) {
		p.parts = append(p.parts, nil)
		p.add(len(p.parts)-1, chunk)
	}
}

func (p *packer) add(part int, rules []int) {
	p.parts[part] = append(p.parts[part], rules...)
	for _, rule := range rules {
		p.part[rule] = part
	}
}

// unplaced lists a rule after all it reads that has no place yet, and gives them one.
func (g ruleGraph) unplaced(rule int, placed []bool) []int {
	if placed[rule] {
		return nil
	}
	placed[rule] = true
	var rules []int
	for _, read := range g.reads[rule] {
		rules = append(rules, g.unplaced(read, placed)...)
	}
	return append(rules, rule)
}
