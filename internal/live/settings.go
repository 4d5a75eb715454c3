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
}

// settings are the leaves below one node of a configuration, by path: pagerduty_configs[0].severity.
type settings map[string]leaf

// document is a whole configuration with every default filled in.
type document struct {
	root map[string]any // as Alertmanager's own loader prints it
	raw  map[string]any // as written
	// strange says that the loader does not know all of it, so that defaults are as they were written.
	strange bool
}

// newDocument fills the defaults of a configuration by loading it as Alertmanager does. Releases print those that they know, so
// that what differs is the configuration and not the release.
func newDocument(text string) (document, error) {
	var d document
	if err := yaml.Unmarshal([]byte(text), &d.raw); err != nil {
		return d, err
	}
	loaded, err := amconfig.Load(text)
	if err != nil {
		d.root, d.strange = d.raw, true
		return d, nil
	}
	return d, yaml.Unmarshal([]byte(loaded.String()), &d.root)
}

// leaves are the settings of a node, which stands at the same place as written.
func leaves(node, raw any) settings {
	out := settings{}
	collect(node, raw, "", out)
	return out
}

func collect(node, raw any, path string, out settings) {
	switch node := node.(type) {
	case map[string]any:
		written, _ := raw.(map[string]any)
		for name, child := range node {
			collect(child, written[name], strings.TrimPrefix(path+"."+name, "."), out)
		}
	case []any:
		written, _ := raw.([]any)
		for i, child := range node {
			var one any
			if len(written) == len(node) {
				one = written[i]
			}
			collect(child, one, fmt.Sprintf("%s[%d]", path, i), out)
		}
	case nil:
	default:
		text := fmt.Sprint(node)
		if text != masked {
			out[path] = leaf{text: text}
			return
		}
		if raw != nil {
			text = fmt.Sprint(raw)
		}
		out[path] = leaf{text, true}
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
		if s.text == l.text || s.text != "" && l.text != "" && (s.text == masked || l.text == masked) {
			continue
		}
		if s.secret || l.secret {
			s.text, l.text = hidden(s.text, "another one"), hidden(l.text, "a value that is not shown here")
		}
		out = append(out, difference{path, l.text, s.text})
	}
	return out
}

func hidden(text, instead string) string {
	if text == "" {
		return ""
	}
	return instead
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
func matchersOf(node map[string]any, prefix string) []string {
	var out []string
	written, _ := node[prefix+"matchers"].([]any)
	for _, m := range written {
		out = append(out, fmt.Sprint(m))
	}
	for field, operator := range map[string]string{"match": "=", "match_re": "=~"} {
		pairs, _ := node[prefix+field].(map[string]any)
		for name, value := range pairs {
			out = append(out, fmt.Sprintf("%s%s%q", name, operator, fmt.Sprint(value)))
		}
	}
	slices.Sort(out)
	return out
}
