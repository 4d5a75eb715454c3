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
	{operator: "matcher's value changed", sites: `(Pod health|PodCrashLooping|HighCPUUsage|HighMemoryUsage): "ai-support"`,
		reason: "kube-state-metrics and cAdvisor have series of every namespace of the cluster"},
	{operator: "matcher's value changed", sites: `"(cpu|memory)" -> `, reason: "resources may have any name, such as nvidia.com/gpu"},
	{operator: "matcher's value changed", sites: `disk_utilization:difference: "/" -> `, reason: "nodes may have any mount point"},
	{operator: "matcher's value changed", sites: `(ServiceDown|Healthy targets): "ai-`,
		reason: "up has series of every job and namespace that the cluster scrapes"},
	{operator: "window below two scrapes", sites: `(PodCrashLooping|HighCPUUsage|Pod health): `,
		reason: "how often the cluster scrapes its own exporters stands in none of the files"},
	{operator: "monitor's selector changed", reason: noService},
	{operator: "monitor's port misspelt", reason: noService},
	{operator: "monitor's job label changed", reason: noService},
	{operator: "monitor's job label removed", reason: noService},

	// What two people may mean by the same words.
	{operator: "rate removed", sites: `Daily cost by service: increase\(ai_agent_(aws|vector|monitoring)`,
		reason: "a gauge of the month to date may be drawn as it is: only the panel's title says daily"},
	{operator: "rate removed", sites: `(TokenBudgetExhaustion|Token budget used|Budget tracking|Net monthly savings): increase`,
		reason: "a counter may be held against a budget that counts from the same start"},
	{operator: "delta instead of increase", sites: `Daily cost by service`, reason: "a gauge has a delta: they differ on the first of a month only"},
	{operator: "rate instead of increase", sites: `Pod health`, reason: "restarts per second may be drawn, rarely as they are above 0"},
	{operator: "label in by misspelt", sites: `(PodCrashLooping|HighCPUUsage|HighMemoryUsage|Pod health): `,
		reason: "series of the cluster's exporters may have labels that relabelling adds"},
	{operator: "one side's aggregation removed", sites: `Healthy targets: sum\(up`,
		reason: "x or vector(0) is often drawn with one series more than x: nothing fires for it"},
	{operator: "sides of / exchanged", sites: `(Tokens and cost per ticket|Budget tracking|Token budget used|TokenBudgetExhaustion): `,
		reason: "tickets per token and budget per use have meanings, and their units are not known to differ from those shown"},
	{operator: "threshold times 100", sites: `AvailabilityBurnRateTicket: \(1 \* 0.005\)`, reason: "half of all requests may fail for three days, and the text gives factors"},
	{operator: "threshold by 100", sites: `BurnRate(Page|Ticket): `, reason: "the text gives factors of the budget, and an alert may be as sensitive as somebody wants"},
	{operator: "or vector(0) removed", sites: ``, reason: "up of a job that is gone is absent, but whether its targets can go is not known"},
	{operator: "template's filter exchanged", sites: `humanize -> humanize1024`, reason: "2048 tickets read as 2ki: odd, but the same number"},
	{operator: "template's filter exchanged", sites: `HighLLMLatency: description: humanizeDuration -> humanize$`, reason: "16.2 for 16.2 s: the number is the same"},
	{operator: "severity exchanged", sites: `rules.yaml (ServiceDown|High|LowSystem|LowCustomer|PodCrash|TokenBudget)`,
		reason: "no other alert on the signal, and nothing in the name, says how urgent it is"},
	{operator: "unit exchanged", sites: `(percentunit -> (percent|ms)|short -> (percentunit|s)|currencyUSD -> (percent|s))$`,
		reason: "the query's unit is not known: a number has multiplied it, or parts of several units are joined"},
	{operator: "unit exchanged", sites: `cpm -> percent`, reason: "a rate times 60 may be the share of something: only its unit tells, and nobody declares that of a product"},
	{operator: "colours inverted", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|Error budget remaining)`,
		reason: "no alert is on the query, and whether more of it is good only its words say"},
	{operator: "colours inverted", sites: `Burn rate`, reason: "with five steps the colours then go both ways, as those of a range do"},
	{operator: "transformation's field renamed", sites: `(Budget tracking|Pod health): (Value #[A-Z]|category|pod) -> `,
		reason: "in indexByName: the column stands in another place, and nothing else changes"},
	{operator: "rates summed over time", sites: `operations.json AI resolution rate`, reason: "the query is instant, so that there is one value to sum"},

	// What changes nothing that anybody could call wrong.
	{operator: "threshold's step changed", sites: `(Monthly total cost|AWS cost, month to date|Net monthly savings|Cost against savings|Error budget remaining)`,
		reason: "no alert is on the query: one figure is as good as another", harmless: true},
}

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
