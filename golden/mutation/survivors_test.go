package mutation

import "regexp"

// survivor is why mistakes of an operator at some sites are not reported. A test fails where one is reported after all, and
// where one survives that is not listed.
type survivor struct {
	operator string
	sites    string // a pattern of the file and the site
	reason   string
	harmless bool // nothing is wrong then: it does not count
}

var survivors = []survivor{
	// What the cluster has beside the service.
	{operator: "metric misspelt", sites: `: up -> u$`, reason: "a name of one letter may be any metric"},
	{operator: "metric misspelt", sites: `: slo:info -> slo:nfo$`, reason: "a short name one letter away may be another rule's, of another file"},
	{operator: "matcher's value changed", sites: `(Pod health: .|PodCrashLooping|HighCPUUsage|HighMemoryUsage): "ai-support"`,
		reason: "kube-state-metrics and cAdvisor have series of every namespace of the cluster"},
	{operator: "matcher's value changed", sites: `"(cpu|memory)" -> `, reason: "resources may have any name, such as nvidia.com/gpu"},
	{operator: "matcher's value changed", sites: `disk_utilization:difference: "/" -> `, reason: "nodes may have any mount point"},
	{operator: "matcher's value changed", sites: `(ServiceDown: "ai-agent"|Healthy targets: A: "ai-support"|AvailabilityNoData: "ai-agent" .* of up$)`,
		reason: "up has series of every job and namespace that the cluster scrapes"},
	{operator: "window below two scrapes", sites: `(PodCrashLooping|HighCPUUsage|Pod health): `,
		reason: "how often the cluster scrapes its own exporters stands in none of the files"},
	{operator: "monitor's selector changed", reason: noService},
	{operator: "monitor's port misspelt", reason: noService},
	{operator: "monitor's job label removed", reason: noService},

	// What two people may mean by the same words.
	{operator: "rate removed", sites: `Daily cost by service: [BCD]: increase\(`,
		reason: "a gauge of the month to date may be drawn as it is: only the panel's title says daily"},
	{operator: "rate removed", sites: `(TokenBudgetExhaustion|Token budget used: A|Budget tracking: C|Net monthly savings: A): increase`,
		reason: "a counter may be held against a budget that counts from the same start"},
	{operator: "delta instead of increase", sites: `Daily cost by service: [BCD]`, reason: "a gauge has a delta: they differ on the first of a month only"},
	{operator: "rate instead of increase", sites: `Pod health`, reason: "restarts per second may be drawn, rarely as they are above 0"},
	{operator: "label in by misspelt", sites: `(PodCrashLooping: |Usage: sum by .* (rate\( )?container_.* -> sum by \(containers, pod\)|Pod health: A: |SLOs: E: count by)`,
		reason: "alerts and series of the cluster's exporters may have labels that relabelling adds"},
	{operator: "one side's aggregation removed", sites: `(Healthy targets|Alerts firing|Alerts|Objectives missed|Budgets shrinking): [A-Z]: (sum|count|max|min)\(`,
		reason: "x or vector(0) is often drawn with one series more than x: nothing fires for it"},
	{operator: "one side's aggregation removed", sites: `(AWSCostStale: max|slo:bad:rate5m: sum)\( (rate\( ai_agent_response|belfry_cost)`,
		reason: "an exporter has one target, and a service may have one replica: then there is one series to take"},
	{operator: "one side's aggregation removed", sites: `SLOs without data: A: count`, reason: "a panel may show the rest of each budget: only the title says that SLOs are counted"},
	{operator: "one side's aggregation removed", sites: `SLOs: A: max by \(slo\) \(slo:objective`, reason: "the objective of an SLO has one series in any case", harmless: true},
	{operator: "by removed", sites: `((Objectives missed|Budgets shrinking|SLOs without data): A|SLOs: E): (min|max|count) by \(slo\)`,
		reason: "the result is drawn as one number, and may be of all SLOs together: only the title says that they are counted"},
	{operator: "one side's aggregation removed", sites: `slo:bad:rate5m: sum\(rate\(ai_agent_http_requests_total`,
		reason: "x or vector(0) may be meant to have one series more than x, and how many x has is not known"},
	{operator: "sides of / exchanged", sites: `(Budget lasts: A|Tokens and cost per ticket: A|Budget tracking: C|Token budget used: A|TokenBudgetExhaustion): `,
		reason: "tickets per token, budget per use and burnt per left have meanings, and their units are not known to differ from those shown"},
	{operator: "threshold by 100", sites: `AWSCostStale`, reason: noFigure},
	{operator: "threshold times 100", sites: `AWSCostStale`, reason: noFigure},
	{operator: "threshold times 1000", sites: `AWSCostStale`, reason: noFigure},
	{operator: "comparison turned", sites: `AWSCostStale`, reason: noFigure},
	{operator: "for lengthened", sites: `AWSCostStale`, reason: noFigure},
	{operator: "threshold by 100", sites: `AvailabilityNoData: 1 -> `, reason: "up == 0.01 guards against nothing, and that up is never in between is not known"},
	{operator: "or vector(0) removed", sites: ``, reason: "up of a job that is gone is absent, but whether its targets can go is not known"},
	{operator: "template's filter exchanged", sites: `humanize -> humanize1024`, reason: "2048 tickets read as 2ki: odd, but the same number"},
	{operator: "template's filter exchanged", sites: `(HighLLMLatency: description: humanizeDuration -> humanize|AWSCostStale: description: humanizeDuration -> humanize)$`,
		reason: "16.2 for 16.2 s: the number is the same"},
	{operator: "severity exchanged", sites: `rules.yaml (AWSCostStale|AvailabilityNoData|LatencyNoData|ServiceDown|High|LowSystem|LowCustomer|PodCrash|TokenBudget)`,
		reason: "no other alert on the signal, and nothing in the name, says how urgent it is"},
	{operator: "unit exchanged", sites: `(Burn rate( over time| by window)?: short -> percentunit|Budget lasts: )`,
		reason: "the query divides by the budget: a share times a number may be anything"},
	{operator: "unit exchanged", sites: `: cpm -> percent`, reason: "a rate times 60 may be the share of something"},
	{operator: "unit exchanged", sites: `(Tokens and cost per ticket|Healthy targets|Queue depth and processing rate|Pod health|Idle database connections): short -> percentunit`, reason: "a count may be shown as a share of one"},
	{operator: "unit exchanged", sites: `(Pod health: short -> s|SLOs: percentunit -> )`, reason: "the unit is that of no column: each has its own", harmless: true},
	{operator: "unit exchanged", sites: `Alerts: short -> `, reason: "every value is mapped to a text: no number is shown", harmless: true},
	{operator: "unit exchanged", sites: `(Net monthly savings|Budget tracking|Budget tracking: Budget|LLM tokens and cost per minute: B): currencyUSD -> `,
		reason: "the unit of the query is not known: it joins or subtracts amounts and budgets, or multiplies a rate"},
	{operator: "unit exchanged", sites: `Budget tracking: Used: percentunit -> `, reason: "what is spent joins several metrics, whose share of a budget has no known unit"},
	{operator: "colours inverted", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|SLOs without data)`,
		reason: "no alert is on the query, and whether more of it is good only its words say"},
	{operator: "rates summed over time", sites: `operations.json AI resolution rate: lastNotNull`, reason: "the query is instant, so that there is one value to sum"},

	// What changes nothing that anybody could call wrong.
	{operator: "threshold's step changed", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|Error budget remaining|Burn rate: [136] -> |Burn rate over time|SLOs: (0|0.25|1) -> )`,
		reason: "no alert is on the query: one figure is as good as another", harmless: true},
	{operator: "threshold's step changed", sites: `: 0.5 -> 0.56`, reason: "what is counted has whole numbers, of which none lies between", harmless: true},
	{operator: "threshold's step changed", sites: `slo-\w+.json Alerts: 1 -> `, reason: "every value is mapped to a colour of its own", harmless: true},
}

const noFigure = "the text gives neither threshold nor duration, and no panel is on the query"

const noService = "the Kubernetes Service belongs to the application's own manifests, of which none is generated"

// reasonFor is the entry that lists a mutant; nil where none does.
func reasonFor(o operator, m mutant) *survivor {
	for i, s := range survivors {
		if s.operator == o.name && regexp.MustCompile(s.sites).MatchString(m.file.path+" "+m.site) {
			return &survivors[i]
		}
	}
	return nil
}
