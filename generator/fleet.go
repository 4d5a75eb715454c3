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
	owners    []Output // platforms whose cluster-wide files wait for all services
	members   map[platformKey][]*ir.Notifications
	receivers map[platformKey]map[string]definition
	orphans   diag.List // services whose routes no platform takes
	platforms int       // how many packages declare a platform
}

// platformKey tells the platforms of a run apart.
type platformKey struct{ name, environment string }

// definition is a receiver with the service that defines it.
type definition struct {
	receiver *ir.Receiver
	by       string
}

// waits reports whether cluster-wide files belong to the output, and other packages may share them: then they can only be
// made when the notifications of all are known.
func waits(output Output) bool { return output.Program.OwnsPlatform && output.Folder != "" }

// join notes a program for its platform. It reports receivers that differ from another service's of the same name:
// Alertmanager knows one.
func (f *fleet) join(loaded *schema.Package, output *Output) diag.List {
	p := output.Program
	key := platformKey{p.Platform.Name, p.Environment}
	if p.OwnsPlatform {
		f.platforms++
	}
	if waits(*output) {
		for _, other := range f.owners {
			if (platformKey{other.Program.Platform.Name, other.Program.Environment}) == key {
				return diag.List{{
					Code: "names/collision", Severity: diag.Error, Path: "platform", Pos: p.Locate("platform"),
					Message: fmt.Sprintf("platform %s is declared by package %s too: a cluster has one", key.name, other.Folder),
					Help:    "declare it once, in the folder above the services that share it",
				}}
			}
		}
		f.owners = append(f.owners, *output)
		var found diag.List
		for _, own := range p.Fleet {
			found = append(found, f.conflicts(key, p, own)...)
		}
		return found
	}
	if p.OwnsPlatform || p.Notifications == nil {
		return nil
	}
	if loaded.Spec.Platform == nil {
		f.orphans = append(f.orphans, diag.Diagnostic{
			Code: "routing/unowned", Severity: diag.Warning, Path: "routing", Pos: p.Locate("routing"),
			Message: fmt.Sprintf("the routes of %s reach no Alertmanager: no platform is declared in its folder, nor in one above", p.Name()),
			Help:    "declare platform: {} here, or once in the folder above all services of the cluster",
		})
		return nil
	}
	if f.members == nil {
		f.members = map[platformKey][]*ir.Notifications{}
	}
	f.members[key] = append(f.members[key], p.Notifications)
	return f.conflicts(key, p, p.Notifications)
}

func (f *fleet) conflicts(key platformKey, p *ir.Program, notifications *ir.Notifications) diag.List {
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
			known[receiver.Name] = definition{receiver, p.Name()}
			continue
		}
		if !first.receiver.Same(receiver) {
			found = append(found, diag.Diagnostic{
				Code: "names/collision", Severity: diag.Error, Path: receiver.Path, Pos: p.Locate(receiver.Path),
				Message: fmt.Sprintf("receiver %s is defined differently by %s", receiver.Name, first.by),
				Help:    "rename one of them, or define it once in a shared parent folder",
			})
		}
	}
	return found
}

// platforms generates the platforms with the routes of their services.
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
	for i := range c.fleet.owners {
		owner := c.fleet.owners[i].Program
		owner.Fleet = append(owner.Fleet, c.fleet.members[platformKey{owner.Platform.Name, owner.Environment}]...)
		slices.SortFunc(owner.Fleet, func(a, b *ir.Notifications) int {
			return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Namespace, b.Namespace))
		})
	}
	return c.generateAll(c.fleet.owners, waits, found)
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
