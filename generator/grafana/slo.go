package grafana

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloDashboards are one of all SLOs, and one of each. One a SLO, because its bounds, digits and windows are its own, because
// an alert can then lead to it, and because fifty sections on one page are found by nobody; the one of all says where to look.
func sloDashboards(p *ir.Program) []*ir.Dashboard {
	if p.Service == nil || len(p.SLOs) == 0 {
		return nil
	}
	boards := []*ir.Dashboard{sloOverview(p)}
	for _, slo := range p.SLOs {
		boards = append(boards, sloDetail(p, slo))
	}
	return boards
}

// sloTags are the tags that only the SLO dashboards of one service have all of.
func sloTags(service *ir.Service) []string { return []string{service.Name, "slo"} }

func serviceTitle(service *ir.Service) string { return cmp.Or(service.Title, service.Name) }

func sloTitle(slo *ir.SLO) string { return cmp.Or(slo.Title, slo.Name) }

// budgetBounds are where what is left of an error budget deserves a colour: a quarter is what a single incident may take.
func budgetBounds() []ir.Threshold {
	return []ir.Threshold{{Value: 0.25, Severity: "warning"}, {Value: 0, Severity: "critical"}}
}

// burnBounds are the factors of the burn-rate alerts, each with the alert that fires above it, the worst last.
func burnBounds(slo *ir.SLO) []ir.Threshold {
	var bounds []ir.Threshold
	for _, alert := range slo.Alerts {
		for _, tier := range alert.Tier {
			bounds = append(bounds, ir.Threshold{Above: true, Value: tier.Factor, Severity: alert.Severity, Alert: alert.Name})
		}
	}
	slices.SortStableFunc(bounds, func(a, b ir.Threshold) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(severityOrder(b.Severity), severityOrder(a.Severity)))
	})
	return bounds
}

// severityOrder is 0 for the most urgent; what is not known comes last.
func severityOrder(severity string) int {
	if rank, known := ir.SeverityRank(severity); known {
		return rank
	}
	return 100
}

// shareDigits is how many digits of a percentage tell a figure from the objective: one more than the objective has, and
// at least two.
func shareDigits(objectives ...float64) int {
	digits := 2
	for _, objective := range objectives {
		text := strconv.FormatFloat(objective*100, 'g', 10, 64)
		if _, fraction, ok := strings.Cut(text, "."); ok {
			digits = max(digits, len(fraction)+1)
		}
	}
	return digits
}

// sloWindows are the windows that alerts look at, or all where there are no alerts, shortest first.
func sloWindows(slo *ir.SLO) []time.Duration {
	watched := map[time.Duration]bool{}
	for _, tier := range slo.Tiers {
		watched[tier.Short], watched[tier.Long] = true, true
	}
	var windows []time.Duration
	for name := range slo.ErrorRatio {
		size, err := unit.ParseDuration(name)
		if err == nil && (len(watched) == 0 || watched[size]) {
			windows = append(windows, size)
		}
	}
	slices.Sort(windows)
	return windows
}

// The units of figures that are no shares.
var (
	seconds         = mustUnit("s")
	eventsPerSecond = mustUnit("events/s")
)

func mustUnit(text string) unit.Unit {
	u, err := unit.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}
