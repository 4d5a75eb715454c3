package lower

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// sloBoards is the file name of the dashboard of all SLOs, and how the names of those of one begin.
const sloBoards = "slo"

// longestUID is how long the uid of a dashboard may be in Grafana.
const longestUID = 40

// nameSLODashboards gives each SLO the file name and the address of its dashboard. An address must stay the same when other
// SLOs come and go, because people keep it: it depends on the names of the service and the SLO alone.
func (l *lowerer) nameSLODashboards() {
	taken := map[string]int{}
	for _, slo := range l.program.SLOs {
		slo.DashboardUID = sloDashboardUID(l.program.Service.Name, slo.Name)
		slo.DashboardName = sloBoards + "-" + strings.ToLower(strings.Trim(strings.ReplaceAll(slo.Name, "_", "-"), "-"))
		if taken[slo.DashboardName]++; taken[slo.DashboardName] > 1 {
			// Names that differ in capitals or underscores alone.
			slo.DashboardName += fmt.Sprintf("-%06x", hashOf(slo.Name)&0xffffff)
		}
	}
}

// sloDashboardUID is the address of the dashboard of one SLO, or of all of a service where slo is empty: readable where the
// names are short enough, else cut and told apart by a hash of them.
func sloDashboardUID(service, slo string) string {
	uid := service + "-slo"
	if slo != "" {
		uid += "-" + slo
	}
	if len(uid) <= longestUID {
		return uid
	}
	hash := fmt.Sprintf("-%08x", hashOf(uid))
	return uid[:longestUID-len(hash)] + hash
}

// sloVariables opens the dashboard of an SLO at the label values that an alert is about, as a template of the annotation.
func sloVariables(by []string) string {
	query := ""
	for i, label := range by {
		query += string("?&"[min(i, 1)]) + "var-" + label + "={{ $labels." + label + " | urlquery }}"
	}
	return query
}

// sloDashboardOf finds whose generated dashboard has a file name or a uid.
func sloDashboardOf(p *ir.Program, name, uid string) (string, bool) {
	if len(p.SLOs) == 0 {
		return "", false
	}
	if name == p.SLODashboardName || uid == p.SLODashboardUID {
		return "of all SLOs", true
	}
	for _, slo := range p.SLOs {
		if name == slo.DashboardName || uid == slo.DashboardUID {
			return "of SLO " + slo.Name, true
		}
	}
	return "", false
}
