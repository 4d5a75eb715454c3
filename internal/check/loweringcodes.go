package check

import "github.com/belfry-dev/belfry/internal/diag"

// loweringCodes are what lowering reports.
var loweringCodes = []Code{
	{Code: "alert/template", Severity: diag.Error, Doc: Doc{
		"an alert's text is a template that Prometheus cannot expand, or a template stands where it is not meant to be expanded",
		"The notification would show an error instead of the text. Titles become parts of texts, and labels must be known beforehand for routes to be proven."}},
	{Code: "alert/threshold", Severity: diag.Error, Doc: Doc{
		"an alert has no threshold, or two", "An alert fires above one value or below one value."}},
	{Code: "group/empty", Severity: diag.Warning, Doc: Doc{
		"settings are given for a rule group that no alert is in", "Most often the group's name is misspelt, and the alerts keep the platform's interval."}},
	{Code: "instrument/http", Severity: diag.Error, Doc: Doc{
		"a middleware could not record a request in the metric that is named", "A request whose method, route or status has no value would be missing from the counter, and from every share of it."}},
	{Code: "instrument/module", Severity: diag.Error, Doc: Doc{
		"no code could import the generated module or package by its name",
		"Keywords are no names, a Python module that is called like one that it imports would import itself, and Go keeps some folders apart."}},
	{Code: "metric/buckets", Severity: diag.Error, Doc: Doc{
		"a classic histogram's buckets are missing or out of order", "Quantiles and thresholds are only as good as the buckets they are computed from."}},
	{Code: "metric/exclude", Severity: diag.Error, Doc: Doc{
		"what is excluded is not known beforehand, or is all there is", "An exclusion takes combinations out of those that the labels' closed sets make."}},
	{Code: "metric/label-values", Severity: diag.Error, Doc: Doc{
		"a label's set of values is empty or repeats a value", "A closed set says which series exist; matchers are checked against it."}},
	{Code: "metric/replicas", Severity: diag.Error, Doc: Doc{
		"a gauge does not say how the values of several replicas combine", "Three replicas that each export one shared budget triple it when they are added."}},
	{Code: "metric/setting", Severity: diag.Error, Doc: Doc{
		"a metric has a setting that its type does not have", "The setting would change nothing."}},
	{Code: "metric/source", Severity: diag.Error, Doc: Doc{
		"a metric cannot be what its source says", "The exporter would expose something else than rules and dashboards are made for."}},
	{Code: "names/alert", Severity: diag.Error, Doc: Doc{
		"a name cannot be an alert's", "It becomes a label's value, a file name and an address."}},
	{Code: "names/collision", Severity: diag.Error, Doc: Doc{
		"two things of the spec have one name", "References would mean either of them, or one file would overwrite the other."}},
	{Code: "names/dashboard", Severity: diag.Error, Doc: Doc{
		"a name cannot be a dashboard's", "It becomes a file name and part of a Kubernetes resource."}},
	{Code: "names/label", Severity: diag.Error, Doc: Doc{
		"a name cannot be a label's, or is set by Belfry, Prometheus or the client library", "Prometheus would refuse it or overwrite it."}},
	{Code: "names/metric", Severity: diag.Error, Doc: Doc{
		"a name cannot be a metric's", "Client libraries refuse it."}},
	{Code: "names/receiver", Severity: diag.Error, Doc: Doc{
		"a name cannot be a receiver's", "The receiver \"null\" is the one that notifies nobody."}},
	{Code: "names/slo", Severity: diag.Error, Doc: Doc{
		"a name cannot be an SLO's", "It becomes part of the names of its alerts and groups."}},
	{Code: "panel/row", Severity: diag.Error, Doc: Doc{
		"a folded row has no title", "There would be nothing to unfold it by."}},
	{Code: "panel/setting", Severity: diag.Error, Doc: Doc{
		"a panel has a setting that its kind does not have", "The setting would change nothing."}},
	{Code: "panel/signal", Severity: diag.Error, Doc: Doc{
		"a panel draws nothing, or says twice what it draws", "A panel has one signal, or series."}},
	{Code: "panel/units", Severity: diag.Error, Doc: Doc{
		"series of different units share one axis", "The axis can be labelled with one unit only; the other series would be misread."}},
	{Code: "promql/syntax", Severity: diag.Error, Doc: Doc{
		"PromQL or its matchers cannot be read", "They are read by Prometheus' own parser."}},
	{Code: "promql/type", Severity: diag.Error, Doc: Doc{
		"an expression is no instant vector", "Only an instant vector has values that can be compared and drawn."}},
	{Code: "quantity/format", Severity: diag.Error, Doc: Doc{
		"a figure cannot be read", "A quantity is a number with its unit, such as 5%, 10s or 300 USD."}},
	{Code: "quantity/unit", Severity: diag.Error, Doc: Doc{
		"a figure measures something else than what it is compared with", "10 seconds and 10 dollars are different things; 10 seconds and 10,000 milliseconds are not."}},
	{Code: "platform/credentials", Severity: diag.Error, Doc: Doc{
		"remote write has two kinds of credentials, or one in its address", "Prometheus sends one kind, and what is generated is committed: it names Secrets and holds no password."}},
	{Code: "platform/ingress", Severity: diag.Error, Doc: Doc{
		"an ingress of Grafana without an https address", "The certificate, the ingress and every link to a dashboard must name the same host."}},
	{Code: "platform/object-store", Severity: diag.Error, Doc: Doc{
		"Thanos has no object store, or several", "A sidecar without a store copies nothing, and nobody notices before the data is needed."}},
	{Code: "platform/storage", Severity: diag.Error, Doc: Doc{
		"a volume is too small for what it keeps, or has a class and no size", "Prometheus stops where its volume is full, and with it every alert."}},
	{Code: "receiver/empty", Severity: diag.Error, Doc: Doc{
		"a receiver has no channel", "Alerts routed to it would reach nobody."}},
	{Code: "receiver/template", Severity: diag.Error, Doc: Doc{
		"a template of a receiver cannot be expanded", "Alertmanager notices it when an alert fires, and then tells nobody."}},
	{Code: "receiver/webhook", Severity: diag.Error, Doc: Doc{
		"a webhook has no address, or two", "The address stands in url, or, where it is a secret, in urlFrom."}},
	{Code: "reference/catalog", Severity: diag.Error, Doc: Doc{
		"there is no catalog of that name", "Catalogs hold the metrics of well-known exporters."}},
	{Code: "reference/cycle", Severity: diag.Error, Doc: Doc{
		"a signal is made of itself", "Its query would never end."}},
	{Code: "reference/dashboard", Severity: diag.Error, Doc: Doc{
		"there is no dashboard of that name", "The alert's link would lead nowhere."}},
	{Code: "reference/dropped", Severity: diag.Error, Doc: Doc{
		"a metric is dropped before Prometheus stores it", "kube-prometheus-stack drops some of cAdvisor's metrics at the scrape: the query would always be empty."}},
	{Code: "reference/label", Severity: diag.Error, Doc: Doc{
		"a metric does not have a label", "A matcher on it would match nothing, or everything."}},
	{Code: "reference/label-value", Severity: diag.Error, Doc: Doc{
		"a matcher names a value that its label never has", "The selector would always be empty, and an alert on it would never fire."}},
	{Code: "reference/metric", Severity: diag.Error, Doc: Doc{
		"there is no metric of that name", "The query would always be empty."}},
	{Code: "reference/operand", Severity: diag.Error, Doc: Doc{
		"there is neither a metric nor a signal of that name", "The query would always be empty."}},
	{Code: "reference/receiver", Severity: diag.Error, Doc: Doc{
		"there is no receiver of that name", "Alertmanager refuses such a configuration as a whole."}},
	{Code: "reference/signal", Severity: diag.Error, Doc: Doc{
		"there is no signal of that name", "Alerts, SLOs and panels name signals."}},
	{Code: "routing/missing", Severity: diag.Error, Doc: Doc{
		"there are receivers, but no routing", "Nothing would lead to them."}},
	{Code: "ruler/setting", Severity: diag.Error, Doc: Doc{
		"a setting belongs to another ruler than the one that evaluates the rules", "It would change nothing, and whoever wrote it believes that it does."}},
	{Code: "ruler/split", Severity: diag.Warning, Doc: Doc{
		"an alert reads what is recorded in another group, because one group would have too many rules", "Groups are evaluated independently: what one of them records, another may see one evaluation later."}},
	{Code: "schema/format", Severity: diag.Error, Doc: Doc{
		"a text does not have the form that its field needs", "Durations, names, addresses and quantities have a form."}},
	{Code: "signal/bound", Severity: diag.Error, Doc: Doc{
		"the bound of a within signal is no bucket of its histogram", "Between buckets a classic histogram only guesses; at a bucket's bound it counts."}},
	{Code: "signal/form", Severity: diag.Error, Doc: Doc{
		"a signal has no form, or several", "The form says what the signal queries."}},
	{Code: "signal/levels", Severity: diag.Error, Doc: Doc{
		"a signal's levels are contradictory", "Panels colour from one direction."}},
	{Code: "signal/metric-type", Severity: diag.Error, Doc: Doc{
		"a form does not suit the type of its metric", "The rate of a gauge or the value of a counter means nothing."}},
	{Code: "signal/range", Severity: diag.Error, Doc: Doc{
		"a rate has no range", "A rate is taken over a time."}},
	{Code: "signal/setting", Severity: diag.Error, Doc: Doc{
		"a signal has a setting that its form does not use, or lacks one that it needs", "The setting would change nothing, or the query cannot be made."}},
	{Code: "slo/by", Severity: diag.Error, Doc: Doc{
		"an SLO keeps a label apart that may have any number of values", "Each value makes a dozen series and an objective of its own. A limit makes the rules fail instead of filling Prometheus."}},
	{Code: "slo/events", Severity: diag.Error, Doc: Doc{
		"the PromQL of an SLO's events is not over $window, or not added up", "Each window of the rules counts them: a fixed range would give every window the same ratio."}},
	{Code: "slo/factor", Severity: diag.Warning, Doc: Doc{
		"a burn-rate alert says nothing, or too late", "At a factor below 1 the budget lasts longer than the window; at one that spends all of it in the long window, nothing is left when the alert fires."}},
	{Code: "slo/no-data", Severity: diag.Error, Doc: Doc{
		"an SLO's alert on missing data or traffic would fire at each failed scrape", "It must outlast a deployment."}},
	{Code: "slo/objective", Severity: diag.Error, Doc: Doc{
		"an objective leaves no error budget", "An objective lies between 0 % and 100 %, both excluded."}},
	{Code: "slo/part", Severity: diag.Error, Doc: Doc{
		"the part of an SLO's events is all of them, or more", "The share would always be 1, or above: nothing could be promised."}},
	{Code: "slo/severity", Severity: diag.Error, Doc: Doc{
		"the ticket of an SLO is more urgent than its page", "The page mutes the ticket while it fires; the other way round nobody would be paged."}},
	{Code: "slo/signal", Severity: diag.Error, Doc: Doc{
		"an SLO is not about a share of events", "Burn rates count good and bad events: of a share, a within, a ratio of two counters, a gauge that is 1 or 0, or PromQL; or evaluations by whether a figure is above or below a value."}},
	{Code: "slo/tier", Severity: diag.Error, Doc: Doc{
		"the windows of a burn-rate alert are out of order or too short", "The long window shows that it matters, the short one that it is still so."}},
	{Code: "slo/traffic", Severity: diag.Error, Doc: Doc{
		"an SLO asks for traffic that there is none of", "Slices of time come with each evaluation, whatever the traffic."}},
	{Code: "slo/unreachable", Severity: diag.Error, Doc: Doc{
		"an SLO's alert could never fire", "Even a total outage burns the budget at 1/(1 - objective) at most (SRE workbook, chapter 5)."}},
	{Code: "slo/window", Severity: diag.Error, Doc: Doc{
		"an SLO's window is too short for its alerts", "An alert sees what happened in its long window: where that is most of the SLO's, the budget is gone by then."}},
	{Code: "spec/no-service", Severity: diag.Error, Doc: Doc{
		"alerts, SLOs, dashboards or routing have no service", "Its name, namespace and team become their labels."}},
	{Code: "spec/range", Severity: diag.Error, Doc: Doc{
		"a duration is zero, or contradicts another", "Prometheus refuses a scrape timeout above the interval."}},
	{Code: "spec/regexp", Severity: diag.Error, Doc: Doc{
		"a regular expression cannot be read", "Prometheus uses RE2 syntax."}},
	{Code: "spec/selector", Severity: diag.Error, Doc: Doc{
		"nothing says which Kubernetes Service is scraped", "A selector without labels selects every Service of the namespace."}},
}

// acceptCodes are what Apply reports.
var acceptCodes = []Code{
	{Code: acceptError, Severity: diag.Error, Doc: Doc{
		"an error is accepted", "What is an error does not work: it can be mended, not accepted."}},
	{Code: acceptUnknownCode, Severity: diag.Error, Doc: Doc{
		"a code is accepted that does not exist", "The exception would apply to nothing."}},
	{Code: acceptUnused, Severity: diag.Warning, Doc: Doc{
		"an exception is accepted that nothing needs", "The mistake is gone, or the name is misspelt; an exception left behind would hide the next one."}},
}
