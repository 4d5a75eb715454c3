package prove

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// Fires reports whether inputs were found that make the alert fire and resolve: of metrics that exist, or of such as are assumed.
func (p *Proof) Fires() bool { return p.Verdict == Proven || p.Verdict == Assumed }

// assuming gives a proof the verdict that it has where metrics are read which nobody knows: its series were made up from the
// expression alone, and a misspelt name would have been proven as well.
func (p *prover) assuming(proof *Proof) error {
	names := p.strangers()
	if len(names) == 0 || p.Table == nil {
		return nil
	}
	table, err := p.Table()
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return table.Find(name) != nil || table.IsRecorded(name) })
	if len(names) > 0 {
		proof.Verdict, proof.Reason = Assumed, "neither the spec nor a catalog has "+strings.Join(names, " and ")
	}
	return nil
}

// strangers are the names of the series that the alert reads, by itself or through recording rules, and that the Program does
// not have; sorted.
func (p *prover) strangers() []string {
	rules := map[string][]*simulate.Rule{}
	for g := range p.Groups {
		for r := range p.Groups[g].Rules {
			rule := &p.Groups[g].Rules[r]
			rules[rule.Record] = append(rules[rule.Record], rule)
		}
	}
	var names []string
	seen := map[string]bool{}
	var visit func(expr parser.Expr)
	visit = func(expr parser.Expr) {
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			selector, ok := node.(*parser.VectorSelector)
			if !ok || selector.Name == "" || seen[selector.String()] {
				return nil
			}
			seen[selector.String()] = true
			for _, rule := range rules[selector.Name] {
				if search.MayRecord(rule, selector) {
					visit(rule.Expr)
				}
			}
			if rules[selector.Name] == nil && !p.world.Knows(selector.Name) {
				names = append(names, selector.Name)
			}
			return nil
		})
	}
	visit(p.rule.Expr)
	slices.Sort(names)
	return slices.Compact(names)
}

// printAssumed says below the table what is assumed, once for all alerts that read the same.
func printAssumed(w io.Writer, proofs []Proof) error {
	var reasons []string
	alerts := map[string][]string{}
	for i := range proofs {
		if p := &proofs[i]; p.Verdict == Assumed {
			if alerts[p.Reason] == nil {
				reasons = append(reasons, p.Reason)
			}
			alerts[p.Reason] = append(alerts[p.Reason], p.Alert.Name)
		}
	}
	for _, reason := range reasons {
		if _, err := fmt.Fprintf(w, "ASSUMED, because %s: %s\n", reason, strings.Join(alerts[reason], ", ")); err != nil {
			return err
		}
	}
	return nil
}
