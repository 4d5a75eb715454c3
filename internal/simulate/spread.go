package simulate

import "time"

// Spread gives the groups their phases. Prometheus spreads groups over their interval by a hash of file and name, which nobody knows
// beforehand, and which is never twice the same. Here all are evaluated together with the scrapes, so that results do not change with
// a name, but for groups that record what a group before them reads: they come half an interval later.
func Spread(groups []Group) {
	all := make([][]*evaluation, len(groups))
	for g := range groups {
		for i := range groups[g].Rules {
			rule := &groups[g].Rules[i]
			all[g] = append(all[g], &evaluation{group: &groups[g], rule: rule, reads: readsOf(rule.Expr)})
		}
	}
	for later := range groups {
		for earlier := range later {
			if groups[earlier].Phase == groups[later].Phase && anyReads(all[earlier], all[later]) {
				shortest := min(groups[earlier].Interval, groups[later].Interval)
				groups[later].Phase = (shortest / 2).Truncate(time.Millisecond)
			}
		}
	}
}

func anyReads(readers, writers []*evaluation) bool {
	for _, reader := range readers {
		for _, writer := range writers {
			if len(writer.isReadBy(reader)) > 0 {
				return true
			}
		}
	}
	return false
}
