package live

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// platformPath is where the spec speaks of what no service has written.
const platformPath = "platform.alertmanager"

// place is a path of the spec in the package that has it.
type place struct {
	program *ir.Program
	path    string
}

func (p place) pos() diag.Pos { return p.program.Locate(p.path) }

// places tell where the spec has the routes and receivers of a platform's services.
type places struct {
	platform place
	byName   map[string]place // of routes and receivers, as the comparison names them
}

// newPlaces takes what the services of the platform have written.
func newPlaces(platform *ir.Program, outputs []generator.Output) places {
	out := places{place{platform, platformPath}, map[string]place{}}
	for _, output := range outputs {
		p := output.Program
		if p.Notifications == nil || p.Platform.Name != platform.Platform.Name || p.Environment != platform.Environment {
			continue
		}
		out.add(p, "{}"+below, p.Notifications.Route)
		for _, r := range p.Notifications.Receivers {
			for _, name := range []string{r.Name, p.Notifications.Service + "/" + r.Name} {
				if _, taken := out.byName[receiverKey(name)]; !taken {
					out.byName[receiverKey(name)] = place{p, r.Path}
				}
			}
		}
	}
	return out
}

func (p places) add(program *ir.Program, above string, route *ir.Route) {
	if route == nil {
		return
	}
	var matchers []string
	for _, m := range route.Matchers {
		matchers = append(matchers, m.Name+m.Op+`"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(m.Value)+`"`)
	}
	slices.Sort(matchers)
	name := above + (&routeNode{matchers: matchers}).String()
	p.byName[name] = place{program, route.Path}
	for _, child := range route.Routes {
		p.add(program, name+below, child)
	}
}

// of is the place of a route or receiver; the platform where no service has it.
func (p places) of(name string) place {
	if found, ok := p.byName[name]; ok {
		return found
	}
	return p.platform
}

// receiverKey tells receivers from routes.
func receiverKey(name string) string { return "receiver " + name }
