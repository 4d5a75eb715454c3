package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/promql"
)

func TestAProgramClaimsTheBeginningOfItsOwnNames(t *testing.T) {
	for name, c := range map[string]struct{ exposed, want []string }{
		"beside those of libraries":    {[]string{"go_goroutines", "http_requests_total", "process_cpu_seconds_total", "shop_orders_total", "shop_queue_depth"}, []string{"shop_"}},
		"as far as all share it":       {[]string{"ai_agent_tokens_total", "ai_agent_cost_dollars", "up"}, []string{"ai_agent_"}},
		"but not one name":             {[]string{"go_goroutines", "shop_orders_total"}, nil},
		"nor what everybody uses":      {[]string{"http_requests_total", "http_request_duration_seconds"}, nil},
		"nor what half of them lack":   {[]string{"shop_a", "shop_b", "store_a", "store_b"}, nil},
		"nor where nothing is exposed": {nil, nil},
	} {
		var exposed []promql.Metric
		for _, one := range c.exposed {
			exposed = append(exposed, promql.Metric{Name: one})
		}
		if difference := cmp.Diff(c.want, claimedBy(exposed)); difference != "" {
			t.Errorf("%s (-want +got):\n%s", name, difference)
		}
	}
}
