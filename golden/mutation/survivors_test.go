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
	{operator: "matcher's value changed", sites: `(Pod health: .|PodCrashLooping|HighCPUUsage|HighMemoryUsage): "ai-support"`,
		reason: "kube-state-metrics and cAdvisor have series of every namespace of the cluster"},
	{operator: "matcher's value changed", sites: `"(cpu|memory)" -> `, reason: "resources may have any name, such as nvidia.com/gpu"},
	{operator: "matcher's value changed", sites: `disk_utilization:difference: "/" -> `, reason: "nodes may have any mount point"},
	{operator: "matcher's value changed", sites: `(ServiceDown: "ai-agent"|Healthy targets: A: "ai-support")`,
		reason: "up has series of every job and namespace that the cluster scrapes"},
	{operator: "window below two scrapes", sites: `(PodCrashLooping|HighCPUUsage|Pod health): `,
		reason: "how often the cluster scrapes its own exporters stands in none of the files"},
	{operator: "monitor's selector changed", reason: noService},
	{operator: "monitor's port misspelt", reason: noService},
	{operator: "monitor's job label changed", reason: noService},
	{operator: "monitor's job label removed", reason: noService},

	// What two people may mean by the same words.
	{operator: "rate removed", sites: `Daily cost by service: [BCD]: increase\(`,
		reason: "a gauge of the month to date may be drawn as it is: only the panel's title says daily"},
	{operator: "rate removed", sites: `(TokenBudgetExhaustion|Token budget used: A|Budget tracking: C|Net monthly savings: A): increase`,
		reason: "a counter may be held against a budget that counts from the same start"},
	{operator: "delta instead of increase", sites: `Daily cost by service: [BCD]`, reason: "a gauge has a delta: they differ on the first of a month only"},
	{operator: "rate instead of increase", sites: `Pod health`, reason: "restarts per second may be drawn, rarely as they are above 0"},
	{operator: "label in by misspelt", sites: `(PodCrashLooping: |Usage: sum by .* (rate\( )?container_.* -> sum by \(containers, pod\)|Pod health: A: )`,
		reason: "series of the cluster's exporters may have labels that relabelling adds"},
	{operator: "one side's aggregation removed", sites: `Healthy targets: A: sum\(up`,
		reason: "x or vector(0) is often drawn with one series more than x: nothing fires for it"},
	{operator: "one side's aggregation removed", sites: `slo:bad:rate5m: sum\(rate\(ai_agent_http_requests_total`,
		reason: "x or vector(0) may be meant to have one series more than x, and how many x has is not known"},
	{operator: "sides of / exchanged", sites: `(Tokens and cost per ticket: A|Budget tracking: C|Token budget used: A|TokenBudgetExhaustion): `,
		reason: "tickets per token and budget per use have meanings, and their units are not known to differ from those shown"},
	{operator: "threshold times 100", sites: `AvailabilityBurnRateTicket: \(1 \* 0.005\).*rate6h`, reason: "half of all requests may fail for three days, and the text gives factors"},
	{operator: "threshold by 100", sites: `BurnRate(Page: .*:rate(5m|30m)|Ticket: .*:rate(2h|6h))\{`, reason: "the text gives factors of the budget, and an alert may be as sensitive as somebody wants"},
	{operator: "or vector(0) removed", sites: ``, reason: "up of a job that is gone is absent, but whether its targets can go is not known"},
	{operator: "template's filter exchanged", sites: `humanize -> humanize1024`, reason: "2048 tickets read as 2ki: odd, but the same number"},
	{operator: "template's filter exchanged", sites: `HighLLMLatency: description: humanizeDuration -> humanize$`, reason: "16.2 for 16.2 s: the number is the same"},
	{operator: "recording renamed", sites: `slo:(objective|budget_remaining):ratio`, reason: onlyPanels},
	{operator: "recording removed", sites: `slo:(objective|budget_remaining):ratio`, reason: onlyPanels},
	{operator: "severity exchanged", sites: `rules.yaml (ServiceDown|High|LowSystem|LowCustomer|PodCrash|TokenBudget)`,
		reason: "no other alert on the signal, and nothing in the name, says how urgent it is"},
	{operator: "unit exchanged", sites: `(Error budget remaining|Error budget remaining over time|Burn rate): `,
		reason: "the query divides by the budget: a share times a number may be anything"},
	{operator: "unit exchanged", sites: `: cpm -> percent`, reason: "a rate times 60 may be the share of something"},
	{operator: "unit exchanged", sites: `(Tokens and cost per ticket|Healthy targets|Queue depth and processing rate|Pod health|Idle database connections): short -> percentunit`, reason: "a count may be shown as a share of one"},
	{operator: "unit exchanged", sites: `Pod health: short -> s`, reason: "the unit is that of no column: each has its own"},
	{operator: "unit exchanged", sites: `(Net monthly savings|Budget tracking|Budget tracking: Budget|LLM tokens and cost per minute: B): currencyUSD -> `,
		reason: "the unit of the query is not known: it joins or subtracts amounts and budgets, or multiplies a rate"},
	{operator: "unit exchanged", sites: `Budget tracking: Used: percentunit -> `, reason: "what is spent joins several metrics, whose share of a budget has no known unit"},
	{operator: "colours inverted", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|Error budget remaining)`,
		reason: "no alert is on the query, and whether more of it is good only its words say"},
	{operator: "colours inverted", sites: `Burn rate`, reason: "with five steps the colours then go both ways, as those of a range do"},
	{operator: "transformation's field renamed", sites: `: indexByName: `,
		reason: "the column stands in another place, and nothing else changes"},
	{operator: "rates summed over time", sites: `operations.json AI resolution rate: lastNotNull`, reason: "the query is instant, so that there is one value to sum"},

	// What changes nothing that anybody could call wrong.
	{operator: "threshold's step changed", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|Error budget remaining)`,
		reason: "no alert is on the query: one figure is as good as another", harmless: true},
}

const onlyPanels = "only panels read it, and they may be used with the rules in either form"

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
