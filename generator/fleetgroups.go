package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// ruleGroups counts the rule groups of a platform's services: a ruler limits those of a tenant, whose-ever they are.
type ruleGroups struct {
	all     int
	service []serviceGroups
}

// serviceGroups are how many rule groups a service has.
type serviceGroups struct {
	name   string
	groups int
}

func (f *fleet) addGroups(key platformKey, service string, groups int) {
	if f.groups == nil {
		f.groups = map[platformKey]ruleGroups{}
	}
	counted := f.groups[key]
	counted.all += groups
	if groups > 0 {
		counted.service = append(counted.service, serviceGroups{service, groups})
	}
	f.groups[key] = counted
}

// most names the services with the most groups.
func (r ruleGroups) most() string {
	const shown = 5
	sorted := slices.SortedFunc(slices.Values(r.service), func(a, b serviceGroups) int {
		return cmp.Or(cmp.Compare(b.groups, a.groups), cmp.Compare(a.name, b.name))
	})
	var names []string
	rest := r.all
	for _, s := range sorted[:min(shown, len(sorted))] {
		names = append(names, fmt.Sprintf("%s %d", s.name, s.groups))
		rest -= s.groups
	}
	if rest > 0 {
		names = append(names, fmt.Sprintf("others %d", rest))
	}
	return strings.Join(names, ", ")
}

// tooManyGroups reports a platform whose ruler would refuse some of its services' groups. The ruler counts those of all.
func (f *fleet) tooManyGroups(key platformKey, p *ir.Program) diag.List {
	ruler, counted := p.Platform.Prometheus.Ruler, f.groups[key]
	if ruler.Groups == 0 || counted.all <= ruler.Groups {
		return nil
	}
	tenant := "a tenant"
	if ruler.Tenant != "" {
		tenant = "tenant " + ruler.Tenant
	}
	return diag.List{{
		Code: "ruler/groups", Severity: diag.Error, Path: "platform.prometheus.ruler.groups", Pos: p.Locate("platform.prometheus.ruler.groups"),
		Message: fmt.Sprintf("the services of platform %s have %d rule groups, and the ruler takes %d from %s", key.name, counted.all, ruler.Groups, tenant),
		Notes: []string{
			"most are of: " + counted.most(),
			"each SLO has two groups, and the alerts of a service one for each name of a group",
		},
		Help: "have the ruler's operator raise the tenant's limit and write it here, or divide the services among platforms with tenants of their own",
	}}
}
