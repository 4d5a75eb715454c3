package lint

// All lists every check, in the order in which the reference prints them.
func All() []*Check {
	return []*Check{
		ruleInvalid,
		ruleTemplate,
		ruleTemplateLabel,
		ruleTemplateUnit,
		ruleTextThreshold,
		ruleTextDuration,
		ruleValueInLabel,
		ruleDuplicate,
		ruleSeverityPair,
		ruleLabelClash,
		ruleForShort,
		ruleOrder,
		ruleUndocumented,
		ruleNoRunbook,
		ruleNoSeverity,
		ruleSeverityTypo,
		ruleNoOwner,
	}
}
