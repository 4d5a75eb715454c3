package generator

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// fleet gathers what a platform needs of its services: their notifications become part of its Alertmanager's one
// configuration. It holds on to nothing else of a service, so that a large fleet needs little memory.
type fleet struct {
	owners    []owner // platforms whose cluster-wide files wait for all services
	members   map[platformKey][]*ir.Notifications
	receivers map[platformKey]map[string]definition
	groups    map[platformKey]ruleGroups
	orphans   diag.List // services whose routes no platform takes
	platforms int       // how many packages declare a platform
}

// platformKey tells the platforms of a run apart.
type platformKey struct{ name, environment string }

// owner is a platform that waits for its services.
type owner struct {
	Output
	key    platformKey
	origin schema.Origin
}

// definition is a receiver with the service that defines it.
type definition struct {
	receiver *ir.Receiver
	by       string
}

// waits reports whether cluster-wide files belong to the output, and other packages may share them: then they can only be
// made when the notifications of all are known.
func waits(output Output) bool { return output.Program.OwnsPlatform && output.Folder != "" }

// wait takes a platform whose cluster-wide files have to wait for all services.
func (f *fleet) wait(platform owner) diag.List {
	p := platform.Program
	f.platforms++
	f.addGroups(platform.key, p.Name(), len(p.Groups))
	for _, other := range f.owners {
		if other.key == platform.key {
			return diag.List{{
				Code: "names/collision", Severity: diag.Error, Path: "platform", Pos: p.Locate("platform"),
				Message: fmt.Sprintf("platform %s is declared by package %s too: a cluster has one", platform.key.name, other.Folder),
				Help:    "declare it once, in the folder above the services that share it",
			}}
		}
	}
	f.owners = append(f.owners, platform)
	var found diag.List
	for _, own := range p.Fleet {
		found = append(found, f.conflicts(platform.key, p.Name(), p.Locate, own)...)
	}
	return found
}

// join notes a service for its platform. It reports receivers that differ from another service's of the same name:
// Alertmanager knows one.
func (f *fleet) join(m *member) diag.List {
	if m.OwnsPlatform {
		f.platforms++
	}
	f.addGroups(platformKey{m.Platform, m.Environment}, m.Name, m.Groups)
	if m.OwnsPlatform || m.Notifications == nil {
		return nil
	}
	if !m.HasPlatform {
		f.orphans = append(f.orphans, diag.Diagnostic{
			Code: "routing/unowned", Severity: diag.Warning, Path: "routing", Pos: m.place("routing"),
			Message: fmt.Sprintf("the routes of %s reach no Alertmanager: no platform is declared in its folder, nor in one above", m.Name),
			Help:    "declare platform: {} here, or once in the folder above all services of the cluster",
		})
		return nil
	}
	if f.members == nil {
		f.members = map[platformKey][]*ir.Notifications{}
	}
	key := platformKey{m.Platform, m.Environment}
	f.members[key] = append(f.members[key], m.Notifications)
	return f.conflicts(key, m.Name, m.place, m.Notifications)
}

func (f *fleet) conflicts(key platformKey, service string, locate func(string) diag.Pos, notifications *ir.Notifications) diag.List {
	if f.receivers == nil {
		f.receivers = map[platformKey]map[string]definition{}
	}
	if f.receivers[key] == nil {
		f.receivers[key] = map[string]definition{}
	}
	known := f.receivers[key]
	var found diag.List
	for _, receiver := range notifications.Receivers {
		first, ok := known[receiver.Name]
		if !ok {
			known[receiver.Name] = definition{receiver, service}
			continue
		}
		if !first.receiver.Same(receiver) {
			found = append(found, diag.Diagnostic{
				Code: "names/collision", Severity: diag.Error, Path: receiver.Path, Pos: locate(receiver.Path),
				Message: fmt.Sprintf("receiver %s is defined differently by %s", receiver.Name, first.by),
				Help:    "rename one of them, or define it once in a shared parent folder",
			})
		}
	}
	return found
}

// platforms generates the platforms with the routes of their services. Where a package has errors, and so may have routes
// that are not known, Generate leaves them as they were: an Alertmanager without a service's routes would page nobody for it.
func (c *compiler) platforms() ([]Output, diag.List, error) {
	if c.fleet.platforms > 0 {
		for i := range c.fleet.orphans {
			c.fleet.orphans[i].Severity = diag.Error // there is an Alertmanager beside it, which will not know its routes
		}
	}
	found := c.fleet.orphans.Sort()
	if found.HasErrors() {
		return nil, found, nil
	}
	var outputs []Output
	for _, platform := range c.fleet.owners {
		if tooMany := c.fleet.tooManyGroups(platform.key, platform.Program); tooMany != nil {
			found = append(found, tooMany...)
			continue
		}
		if c.broken && c.options.held != nil {
			c.options.held(platform.Folder)
			continue
		}
		p := platform.Program
		p.Fleet = append(p.Fleet, c.fleet.members[platform.key]...)
		slices.SortFunc(p.Fleet, func(a, b *ir.Notifications) int {
			return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Namespace, b.Namespace))
		})
		outputs = append(outputs, c.options.cache.platform(platform))
	}
	return c.generateAll(outputs, func(o Output) bool { return o.kept == nil }, found)
}

// wholeFleet refuses to compile a platform without the packages below it, which may share it: its Alertmanager's
// configuration would lose their routes.
func (c *compiler) wholeFleet(loaded *schema.Package, p *ir.Program) diag.List {
	if !p.OwnsPlatform || len(c.options.Kinds) > 0 && !slices.Contains(c.options.Kinds, artifact.Alertmanager) && !slices.Contains(c.options.Kinds, artifact.Kubernetes) {
		return nil
	}
	folder := path.Clean(loaded.Folder)
	for _, pattern := range c.options.Packages {
		above, recursive := strings.CutSuffix(filepath.ToSlash(pattern), "/...")
		if above = path.Clean(above); recursive && (above == "." || above == folder || strings.HasPrefix(folder, above+"/")) {
			return nil
		}
	}
	below, err := filepath.Glob(filepath.Join(c.options.Dir, filepath.FromSlash(folder), "*", "*.cue"))
	if err != nil || !slices.ContainsFunc(below, func(file string) bool { return filepath.Base(filepath.Dir(file)) != "cue.mod" }) {
		return nil
	}
	return diag.List{{
		Code: "platform/incomplete", Severity: diag.Error, Path: "platform", Pos: p.Locate("platform"),
		Message: "packages below this folder share the platform, and are not compiled with it",
		Notes:   []string{"Alertmanager's one configuration holds the routes of all services"},
		Help:    fmt.Sprintf("compile ./%s/...", folder),
	}}
}
