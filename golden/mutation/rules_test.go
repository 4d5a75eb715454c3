package mutation

import (
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/read"
)

// ruleOperators are mistakes in rules around their expressions.
var ruleOperators = []operator{
	{"template's filter exchanged", []string{"rule/template-unit"}, annotations(func(r rule, a read.Pair) []mutant {
		var all []mutant
		for _, at := range filter.FindAllStringSubmatchIndex(a.Value.Value, -1) {
			was := a.Value.Value[at[2]:at[3]]
			for _, other := range filters[was] {
				all = append(all, r.text(a, at[2], at[3], other))
			}
		}
		return all
	})},
	{"percentage's filter removed", []string{"rule/raw-share", "rule/template-unit"}, annotations(func(r rule, a read.Pair) []mutant {
		var all []mutant
		for _, at := range regexp.MustCompile(`\$value( \| [a-zA-Z0-9]+)`).FindAllStringSubmatchIndex(a.Value.Value, -1) {
			if strings.Contains(a.Value.Value[at[2]:at[3]], "humanizePercentage") {
				all = append(all, r.text(a, at[2], at[3], ""))
			}
		}
		return all
	})},
	{"label in a template misspelt", []string{"rule/template-label"}, annotations(func(r rule, a read.Pair) []mutant {
		var all []mutant
		for _, at := range regexp.MustCompile(`\$labels\.(\w+)`).FindAllStringSubmatchIndex(a.Value.Value, -1) {
			all = append(all, r.text(a, at[2], at[3], misspelt(a.Value.Value[at[2]:at[3]])))
		}
		return all
	})},
	{"for lengthened", []string{"rule/text-duration"}, rules(func(r rule) []mutant {
		if r.For.IsZero() {
			return nil
		}
		return []mutant{r.replace(r.For, "1"+r.For.Value)}
	})},
	{"severity misspelt", []string{"rule/severity-typo"}, alertLabels("severity", misspelt)},
	{"severity exchanged", []string{"rule/severity-name", "rule/severity-pair"}, alertLabels("severity", func(was string) string {
		return map[string]string{"critical": "warning", "warning": "critical"}[was]
	})},
	{"runbook removed", []string{"rule/no-runbook"}, rules(func(r rule) []mutant { return r.without(r.Annotations, "runbook_url") })},
	{"team removed", []string{"rule/no-owner"}, rules(func(r rule) []mutant { return r.without(r.Labels, "team") })},
	{"recording renamed", []string{"promql/unknown-metric", "promql/label-value", "rule/unrecorded"}, records(func(r rule) []mutant {
		return []mutant{r.replace(r.Record, r.Record.Value+"_new")}
	})},
	{"recording removed", []string{"promql/unknown-metric", "promql/label-value", "rule/unrecorded"}, records(func(r rule) []mutant {
		return []mutant{r.mutant(r.file.remove(r.owner), "removed")}
	})},
	{"recording behind its reader", []string{"rule/order"}, behindReader},
}

// filters are what each of a template's filters is taken for.
var filters = map[string][]string{
	"humanize":           {"humanizePercentage", "humanizeDuration", "humanize1024"},
	"humanizePercentage": {"humanize", "humanizeDuration", "humanize1024"},
	"humanizeDuration":   {"humanize", "humanizePercentage", "humanize1024"},
}

var filter = regexp.MustCompile(`\$value \| (humanize\w*)`)

func rules(each func(rule) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, r := range c.alerts() {
			all = append(all, each(r)...)
		}
		return all
	}
}

func records(each func(rule) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, r := range c.records() {
			all = append(all, each(r)...)
		}
		return all
	}
}

func annotations(each func(rule, read.Pair) []mutant) func(*corpus) []mutant {
	return rules(func(r rule) []mutant {
		var all []mutant
		for _, a := range r.Annotations {
			all = append(all, each(r, a)...)
		}
		return all
	})
}

func alertLabels(name string, to func(string) string) func(*corpus) []mutant {
	return rules(func(r rule) []mutant {
		value := read.Find(r.Labels, name)
		return []mutant{r.replace(value, to(value.Value))}
	})
}

// behindReader moves each recording behind the first rule of its group that reads it.
func behindReader(c *corpus) []mutant {
	var all []mutant
	rules := c.rules()
	for i, r := range rules {
		if r.Record.Value == "" {
			continue
		}
		for j := i + 1; j < len(rules) && rules[j-1].owner.end == rules[j].owner.start; j++ {
			reader := rules[j]
			if !strings.Contains(reader.Expr.Value, r.Record.Value+"{") {
				continue
			}
			moved := r.file.text[r.owner.end:reader.owner.end] + r.file.text[r.owner.start:r.owner.end]
			both := region{r.owner.start, reader.owner.end}
			all = append(all, mutant{file: r.file, edit: edit{both, moved}, site: r.Record.Value + ": behind " + reader.Name().Value, owner: both})
			break
		}
	}
	return all
}

// text replaces a part of an annotation.
func (r rule) text(a read.Pair, from, to int, by string) mutant {
	return r.mutant(r.file.splice(a.Value, from, to, by), a.Name.Value+": "+a.Value.Value[from:to]+" -> "+by)
}

func (r rule) replace(value read.Text, by string) mutant {
	return r.mutant(r.file.replace(value, by), value.Value+" -> "+by)
}

// without takes an entry away.
func (r rule) without(pairs []read.Pair, name string) []mutant {
	for _, p := range pairs {
		if p.Name.Value == name {
			return []mutant{r.mutant(r.file.remove(r.file.block(r.file.lineStart(r.file.offset(p.Name.At())))), "without "+name)}
		}
	}
	return nil
}
