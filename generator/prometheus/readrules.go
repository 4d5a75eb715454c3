package prometheus

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"

	"github.com/belfry-dev/belfry/internal/yamltext"
)

// Columns of the keys in a rule file as package rulefile writes it.
const (
	groupColumn = 4
	ruleColumn  = 8
	labelColumn = 10
)

// ruleReader reads a rule file that is written as package rulefile writes it: in a fleet, a parser of all of YAML takes
// longer over the rules than everything else that verifies them.
type ruleReader struct {
	entries *yamltext.Reader
	next    yamltext.Entry
	more    bool // there is a next entry
	known   bool // nothing was found that this reader does not know
}

// readGroups reads a rule file. It is not known where something in it is written in another way, or wrong: then Prometheus'
// own parser has to be asked.
func readGroups(file string) (groups []rulefmt.RuleGroup, known bool) {
	r := &ruleReader{entries: yamltext.NewReader(file), known: true}
	r.advance()
	if top := r.take(); top.Key != "groups" || top.Column != 0 || top.First || !top.Nested {
		return nil, false
	}
	for r.more && r.next.First && r.next.Column == groupColumn {
		groups = append(groups, r.group())
	}
	return groups, r.known && !r.more && len(groups) > 0
}

func (r *ruleReader) advance() {
	r.more = r.known && !r.entries.Done()
	if r.more {
		r.next, r.known = r.entries.Next()
		r.more = r.known
	}
}

// take returns the next entry and moves on.
func (r *ruleReader) take() yamltext.Entry {
	taken := r.next
	r.advance()
	return taken
}

// fields calls read for each entry of the mapping at the column. Keys that stand there twice are for a parser to refuse.
func (r *ruleReader) fields(column int, item bool, read func(yamltext.Entry)) {
	seen := make([]string, 0, 8)
	for r.more && r.next.Column == column && (!r.next.First || item && len(seen) == 0) {
		for _, key := range seen {
			r.known = r.known && key != r.next.Key
		}
		seen = append(seen, r.next.Key)
		read(r.take())
	}
	r.known = r.known && len(seen) > 0
}

func (r *ruleReader) group() (group rulefmt.RuleGroup) {
	r.fields(groupColumn, true, func(field yamltext.Entry) {
		switch field.Key {
		case "name":
			group.Name = r.text(field)
		case "interval":
			group.Interval = r.duration(field)
		case "rules":
			r.known = r.known && field.Nested
			for r.more && r.next.First && r.next.Column == ruleColumn {
				group.Rules = append(group.Rules, r.rule())
			}
		default:
			r.known = false
		}
	})
	r.known = r.known && len(group.Rules) > 0
	return group
}

func (r *ruleReader) rule() (rule rulefmt.Rule) {
	r.fields(ruleColumn, true, func(field yamltext.Entry) {
		switch field.Key {
		case "record":
			rule.Record = r.text(field)
		case "alert":
			rule.Alert = r.text(field)
		case "expr":
			rule.Expr = r.text(field)
		case "for":
			rule.For = r.duration(field)
		case "keep_firing_for":
			rule.KeepFiringFor = r.duration(field)
		case "labels":
			rule.Labels = r.texts(field)
		case "annotations":
			rule.Annotations = r.texts(field)
		default:
			r.known = false
		}
	})
	return rule
}

func (r *ruleReader) texts(field yamltext.Entry) map[string]string {
	r.known = r.known && field.Nested
	texts := map[string]string{}
	r.fields(labelColumn, false, func(entry yamltext.Entry) { texts[entry.Key] = r.text(entry) })
	return texts
}

func (r *ruleReader) text(field yamltext.Entry) string {
	r.known = r.known && !field.Nested
	return field.Text
}

func (r *ruleReader) duration(field yamltext.Entry) model.Duration {
	duration, err := model.ParseDuration(r.text(field))
	r.known = r.known && err == nil
	return duration
}
