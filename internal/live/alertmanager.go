package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/remote"
)

// statusPath is where Alertmanager shows the configuration that it has loaded: with every default, and without secrets.
const statusPath = "/api/v2/status"

// errNoPlatform says that no configuration of Alertmanager was compiled.
var errNoPlatform = errors.New("the configuration of Alertmanager is compiled with the platform: name the package that declares it, and those of its services")

// Alertmanager compares the configuration that an Alertmanager has loaded with that of the output that owns the platform. All of it
// is the platform's, so that what is not in the spec is too much; only what the operator adds for AlertmanagerConfig resources is
// left alone. The error says that the configuration cannot be had.
func Alertmanager(ctx context.Context, client *remote.Client, outputs []generator.Output) (Result, error) {
	owner := slices.IndexFunc(outputs, func(o generator.Output) bool { return data(o, alertmanager.ConfigPath) != nil })
	if owner < 0 {
		return Result{}, errNoPlatform
	}
	var answer struct {
		Config struct {
			Original string `json:"original"`
		} `json:"config"`
	}
	if err := client.Get(ctx, statusPath, &answer); err != nil {
		return Result{}, err
	}
	if answer.Config.Original == "" {
		return Result{}, fmt.Errorf("%s shows no configuration: is this the right address?", client)
	}
	spec, err := newDocument(string(data(outputs[owner], alertmanager.ConfigPath)), specSide)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", alertmanager.ConfigPath, err)
	}
	loaded, err := newDocument(answer.Config.Original, serverSide)
	if err != nil {
		return Result{}, fmt.Errorf("%s: the configuration that it shows cannot be read: %w", client, err)
	}
	c := &configComparison{
		at: client.String(), onlySpec: loaded.loaded == nil, places: newPlaces(outputs[owner].Program, outputs),
	}
	return c.compare(spec, loaded), nil
}

// configComparison is one run.
type configComparison struct {
	at       string // the server, in words
	onlySpec bool   // only what the spec's side has is compared
	places   places
	found    diag.List
}

func (c *configComparison) compare(spec, loaded document) Result {
	inherited := c.globals(spec, loaded)
	specRoute, loadedRoute := spec.routes(), loaded.routes()
	others := withoutOperators(loadedRoute)
	c.route("", specRoute, loadedRoute)
	count := c.receivers(spec, loaded, inherited)
	inhibitions := c.inhibitions(spec, loaded)
	compared := fmt.Sprintf("%s, %s and %s compared with %s", plural(specRoute.size(), "route", "routes"), plural(count, "receiver", "receivers"),
		plural(inhibitions, "inhibition", "inhibitions"), c.at)
	if others > 0 {
		compared += fmt.Sprintf(", whose %s of AlertmanagerConfig resources %s left alone", plural(others, "route", "routes"), isOrAre(others))
	}
	if c.onlySpec {
		compared += ", whose settings beyond the spec's are not known here and were not compared"
	}
	return Result{c.found.Sort(), compared}
}

// routes is the root of the routing tree.
func (d document) routes() *routeNode {
	loaded, written := d.node("route")
	root := entry{}
	root.loaded, _ = loaded.(map[string]any)
	root.written, _ = written.(map[string]any)
	return newRoute(root, d.side)
}

// globals compares what stands beside routes, receivers and inhibitions. It returns what differs: receivers inherit it.
func (c *configComparison) globals(spec, loaded document) []difference {
	beside := func(name string) bool { return !slices.Contains([]string{"route", "receivers", "inhibit_rules"}, name) }
	differences := comparedSettings(spec.beside(beside), loaded.beside(beside), c.onlySpec)
	if len(differences) > 0 {
		c.report(codeChanged, c.places.platform, notes(differences), "settings differ in %s", c.at)
	}
	return differences
}

// beside are the settings at the top that have such names.
func (d document) beside(keep func(name string) bool) settings {
	return d.side(entry{d.loaded, d.written}.pick(keep))
}

// operatorMade reports whether the operator has made a receiver of an AlertmanagerConfig: it names it
// namespace/resource/receiver (prometheus-operator, pkg/alertmanager/amcfg.go, makeNamespacedString).
func operatorMade(name string) bool { return strings.Count(name, "/") == 2 }

// withoutOperators takes the operator's routes out of the root's, and says how many there were.
func withoutOperators(root *routeNode) int {
	all := len(root.children)
	root.children = slices.DeleteFunc(root.children, func(r *routeNode) bool { return operatorMade(r.settings["receiver"].text) })
	return all - len(root.children)
}

// receivers compares the receivers by name, and returns how many the spec has.
func (c *configComparison) receivers(spec, loaded document, inherited []difference) int {
	named := func(d document) map[string]settings {
		out := map[string]settings{}
		// Releases of late give each receiver labels, with its name among them.
		keep := func(name string) bool { return name != "labels" }
		for _, r := range d.entries("receivers") {
			if name := fmt.Sprint(r.value("name")); !operatorMade(name) {
				out[name] = withoutMailHeaders(d.side(r.pick(keep)))
			}
		}
		return out
	}
	want, got := named(spec), named(loaded)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		place := c.places.of(receiverKey(name))
		if got[name] == nil {
			c.report(codeMissing, place, nil, "receiver %s is not loaded in %s", name, c.at)
			continue
		}
		differences := slices.DeleteFunc(comparedSettings(want[name], got[name], c.onlySpec), func(d difference) bool {
			return slices.ContainsFunc(inherited, func(i difference) bool { return i.loaded == d.loaded && i.spec == d.spec })
		})
		if len(differences) > 0 {
			c.report(codeChanged, place, notes(differences), "receiver %s is loaded in another form in %s", name, c.at)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if want[name] == nil {
			c.report(codeExtra, c.places.platform, nil, "receiver %s is loaded in %s and is not in the spec", name, c.at)
		}
	}
	return len(want)
}

// withoutMailHeaders leaves out the headers that Alertmanager sets by itself while it runs, and shows as if they were
// configured (notify/email/email.go, New).
func withoutMailHeaders(receiver settings) settings {
	for path, l := range receiver {
		for header, source := range map[string]string{".headers.From": ".from", ".headers.To": ".to"} {
			if mail, ok := strings.CutSuffix(path, header); ok && l.text == receiver[mail+source].text {
				delete(receiver, path)
			}
		}
	}
	return receiver
}

// inhibition is what mutes what, and by which equal labels.
type inhibition struct{ pair, equal string }

// inhibitions compares them as sets, and returns how many the spec has.
func (c *configComparison) inhibitions(spec, loaded document) int {
	read := func(d document) []inhibition {
		var out []inhibition
		for _, rule := range d.entries("inhibit_rules") {
			var equal []string
			labels, _ := rule.value("equal").([]any)
			for _, label := range labels {
				equal = append(equal, fmt.Sprint(label))
			}
			slices.Sort(equal)
			out = append(out, inhibition{
				fmt.Sprintf("{%s} mutes {%s}", strings.Join(matchersOf(rule, "source_"), ", "), strings.Join(matchersOf(rule, "target_"), ", ")),
				strings.Join(equal, ", "),
			})
		}
		return out
	}
	want, got := read(spec), read(loaded)
	missing := slices.DeleteFunc(slices.Clone(want), func(i inhibition) bool { return slices.Contains(got, i) })
	extra := slices.DeleteFunc(slices.Clone(got), func(i inhibition) bool { return slices.Contains(want, i) })
	for _, m := range missing {
		same := slices.IndexFunc(extra, func(e inhibition) bool { return e.pair == m.pair })
		if same < 0 {
			c.report(codeMissing, c.places.platform, []string{"equal: " + m.equal}, "inhibition %s is not loaded in %s", m.pair, c.at)
			continue
		}
		c.report(codeChanged, c.places.platform, notes([]difference{{"equal", extra[same].equal, m.equal}}), "inhibition %s is loaded in another form in %s", m.pair, c.at)
		extra = slices.Delete(extra, same, same+1)
	}
	for _, e := range extra {
		c.report(codeExtra, c.places.platform, []string{"equal: " + e.equal}, "inhibition %s is loaded in %s and is not in the spec", e.pair, c.at)
	}
	return len(want)
}

func (c *configComparison) report(code string, at place, notes []string, format string, arguments ...any) {
	c.found = append(c.found, diag.Diagnostic{
		Code: code, Severity: diag.Error, Path: at.path, Pos: at.pos(), Message: fmt.Sprintf(format, arguments...), Notes: notes, Help: helpApply,
	})
}
