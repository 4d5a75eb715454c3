package lint

// All lists every check, in the order in which the reference prints them.
func All() []*Check {
	return []*Check{
		panelUnit,
		panelThresholdUnreachable,
		panelThresholdOrder,
		panelRangeLimits,
		panelColours,
		panelThresholdAlert,
		panelLegendLabel,
		panelLegendMissing,
		panelCalculation,
		panelInterval,
		panelOverride,
		panelTransformation,
		panelQueryNames,
		panelEmpty,
		panelType,
		panelGrid,
		panelID,
		variableUndeclared,
		variableUnused,
		variableQuery,
		variableMultiValue,
		dashboardUID,
		ruleUnrecorded,
		ruleSeverityName,
		ruleRawShare,
		alertmanagerLabelSlip,
		scrapeInterval,
	}
}
