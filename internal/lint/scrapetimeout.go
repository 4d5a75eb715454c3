package lint

import (
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var scrapeTimeout = &Check{
	Code: "scrape/timeout", Severity: diag.Error,
	Summary: "a scrape may take longer than the interval between scrapes",
	Why: "Prometheus refuses such a configuration as a whole, and its operator leaves the monitor out, with a line in its log: the " +
		"targets never appear.",
	Run: func(p *Pass) {
		for i := range p.Set.Monitors {
			monitor := &p.Set.Monitors[i]
			for _, endpoint := range monitor.Endpoints {
				at := Place{At: endpoint.ScrapeTimeout.At(), Owner: endpoint.Pos, Name: monitor.Name.Value}
				tooSlow(p, at, endpoint.ScrapeTimeout, endpoint.Interval, defaultInterval(p.Set))
			}
		}
		for _, scraping := range p.Set.Scrapings {
			for _, job := range scraping.Jobs {
				tooSlow(p, Place{At: job.Timeout.At(), Owner: job.Pos, Name: job.Name.Value}, job.Timeout, job.Interval, intervalOf(scraping.Interval))
			}
		}
	},
}

func tooSlow(p *Pass, at Place, timeout, interval read.Text, otherwise time.Duration) {
	every := intervalOf(interval)
	if every == 0 {
		every = otherwise
	}
	if longest := intervalOf(timeout); every > 0 && longest > every {
		p.Report(at, "write at most "+unit.FormatDuration(every), "the scrape may take %s, but there is one every %s",
			unit.FormatDuration(longest), unit.FormatDuration(every))
	}
}
