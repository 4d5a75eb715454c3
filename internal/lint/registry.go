package lint

// All lists every check, in the order in which the reference prints them.
func All() []*Check {
	return []*Check{
		alertmanagerConfig,
		alertmanagerTemplate,
		alertmanagerReceiverUnused,
		alertmanagerRouteUnreachable,
		alertmanagerRootPages,
		alertmanagerDoubleNotification,
		alertmanagerUnrouted,
		alertmanagerInhibitionMissing,
		alertmanagerInhibition,
		alertmanagerGrouping,
		kubernetesRuleSelector,
		kubernetesMonitorSelector,
		kubernetesMonitorService,
		kubernetesJobName,
		kubernetesDashboard,
		kubernetesAlertmanagerSecret,
		kubernetesKustomization,
		scrapeTimeout,
		scrapeRuleFiles,
		scrapeRetention,
		metricDropped,
	}
}
