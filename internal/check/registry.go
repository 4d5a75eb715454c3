package check

// All lists every check, in the order in which the reference prints them.
func All() []*Check {
	return []*Check{
		metricUnused,
		signalUnused,
		receiverUnused,
		routeUnreachable,
		alertNobody,
		alertNoRunbook,
		alertThresholdUnreachable,
		alertSeverityPair,
		alertDuplicate,
		alertForShort,
		alertCredit,
		sloNoAlert,
		sloBudget,
		queryRangeShort,
		queryRangeRetention,
		namesPromlint,
		namesUnit,
		namesOtherUnit,
		namesClient,
		instrumentNative,
		namesSeries,
		labelsExported,
		labelsCardinality,
		versionPrometheus,
		versionAlertmanager,
	}
}
