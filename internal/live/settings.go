package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	amconfig "github.com/prometheus/alertmanager/config"
	"go.yaml.in/yaml/v3"
)

// masked is what Alertmanager prints instead of a secret.
const masked = "<secret>"

// leaf is one setting of a configuration.
type leaf struct {
	text string // masked where nobody but Alertmanager knows it
	// secret says that Alertmanager does not show settings of this name, although an older one may.
	secret bool
	// assumed says that the setting was not written and is the loader's default.
	assumed bool
}

// settings are the leaves below one node of a configuration, by path: pagerduty_configs[0].severity.
type settings map[string]leaf

// document is a whole configuration.
type document struct {
	written map[string]any
	// loaded is the same as Alertmanager's own loader prints it, with every default; nil where the loader does not know all of it.
	loaded map[string]any
	side   side
}

// side makes the settings of a node, which is given as it was loaded and as it was written.
type side func(loaded, written any) settings

func newDocument(text string, side side) (document, error) {
	d := document{side: side}
	if err := yaml.Unmarshal([]byte(text), &d.written); err != nil {
		return d, err
	}
	config, err := amconfig.Load(text)
	if err != nil {
		return d, nil // a release that is newer than this loader
	}
	return d, yaml.Unmarshal([]byte(config.String()), &d.loaded)
}

// specSide is what Alertmanager makes of a compiled configuration. Secrets that stand there are taken as they were written.
func specSide(loaded, written any) settings {
	out, wrote := flat(loaded), flat(written)
	for path, l := range out {
		w, ok := wrote[path]
		l.assumed = !ok
		if l.text == masked {
			l.secret = true
			if ok {
				l.text = w.text
			}
		}
		out[path] = l
	}
	return out
}

// serverSide is what Alertmanager says that it has. Loading it again would change it, where an empty setting is not its default; but
// it adds the defaults of settings that an older release does not have, and tells which settings are secrets.
func serverSide(loaded, written any) settings {
	out := flat(written)
	for path, l := range flat(loaded) {
		w, wrote := out[path]
		switch {
		case !wrote:
			l.assumed = true
			out[path] = l
		case l.text == masked:
			w.secret = true
			out[path] = w
		}
	}
	return out
}

// flat lists the leaves below a node.
func flat(node any) settings {
	out := settings{}
	collect(node, "", out)
	return out
}

func collect(node any, path string, out settings) {
	switch node := node.(type) {
	case map[string]any:
		for name, child := range node {
			collect(child, strings.TrimPrefix(path+"."+name, "."), out)
		}
	case []any:
		for i, child := range node {
			collect(child, fmt.Sprintf("%s[%d]", path, i), out)
		}
	case nil:
	default:
		out[path] = leaf{text: fmt.Sprint(node)}
	}
}

// pick returns some entries of a map.
func pick(node map[string]any, keep func(name string) bool) map[string]any {
	out := map[string]any{}
	for name, value := range node {
		if keep(name) {
			out[name] = value
		}
	}
	return out
}

// comparedSettings lists the settings that differ. With onlySpec, what the spec's side lacks is not looked at: a release that is
// newer than this loader has settings and defaults that nobody here knows.
func comparedSettings(spec, loaded settings, onlySpec bool) []difference {
	all := maps.Clone(spec)
	if !onlySpec {
		maps.Copy(all, loaded)
	}
	var out []difference
	for _, path := range slices.Sorted(maps.Keys(all)) {
		s, l := spec[path], loaded[path]
		former := s.assumed && l.text == formerDefaults[path[strings.LastIndex(path, ".")+1:]]
		unknown := s.text != "" && l.text != "" && (s.text == masked || l.text == masked)
		if s.text == l.text || s.text == "" && l.assumed || former || unknown {
			continue
		}
		if s.secret || l.secret {
			s.text, l.text = hidden(s.text, "another one"), hidden(l.text, "a value that is not shown here")
		}
		out = append(out, difference{path, l.text, s.text})
	}
	return out
}

// formerDefaults are what older releases take for settings that nobody wrote, where a newer one takes something else.
var formerDefaults = map[string]string{
	"color": `{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}`, // of Slack, in Alertmanager 0.25
}

func hidden(text, instead string) string {
	if text == "" {
		return ""
	}
	return instead
}

// node is what stands under a name, as it was loaded and as it was written.
func (d document) node(name string) (loaded, written any) { return d.loaded[name], d.written[name] }

// entries are those of a list, as they were loaded and as they were written.
func (d document) entries(name string) []entry { return entriesOf(d.node(name)) }

// entry is a map in a list, or a node of the routing tree, as it was loaded and as it was written. Loaded is nil where the loader
// does not know all of the configuration.
type entry struct{ loaded, written map[string]any }

func entriesOf(loaded, written any) []entry {
	l, w := list(loaded), list(written)
	out := make([]entry, max(len(l), len(w)))
	for i := range out {
		out[i] = entry{at(l, i), at(w, i)}
	}
	return out
}

// value is what stands under a name: as loaded, where that is known.
func (e entry) value(name string) any {
	if e.loaded != nil {
		return e.loaded[name]
	}
	return e.written[name]
}

// pick is the entry with some of its names.
func (e entry) pick(keep func(name string) bool) (loaded, written any) {
	return pick(e.loaded, keep), pick(e.written, keep)
}

// list is the entries of a list that are maps.
func list(value any) []map[string]any {
	entries, _ := value.([]any)
	var out []map[string]any
	for _, entry := range entries {
		one, _ := entry.(map[string]any)
		out = append(out, one)
	}
	return out
}

// at is the entry of a list, or nothing where there is none.
func at(entries []map[string]any, i int) map[string]any {
	if i < len(entries) {
		return entries[i]
	}
	return nil
}

// matchersOf are a route's or inhibition's matchers, the deprecated forms among them, in one order.
func matchersOf(node entry, prefix string) []string {
	var out []string
	written, _ := node.value(prefix + "matchers").([]any)
	for _, m := range written {
		out = append(out, fmt.Sprint(m))
	}
	for field, operator := range map[string]string{"match": "=", "match_re": "=~"} {
		pairs, _ := node.value(prefix + field).(map[string]any)
		for name, value := range pairs {
			out = append(out, fmt.Sprintf("%s%s%q", name, operator, fmt.Sprint(value)))
		}
	}
	slices.Sort(out)
	return out
}
