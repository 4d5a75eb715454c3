package lint

// All lists every check, in the order in which the reference prints them.
func All() []*Check {
	return []*Check{
		ruleLabelSlip,
		ruleUnrecorded,
		alertmanagerLabelSlip,
		scrapeInterval,
	}
}
