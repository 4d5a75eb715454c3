package lint

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	amconfig "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

// TestAlertsArriveWhereAlertmanagerSendsThem compares the walk with Alertmanager's own, for random trees and alerts whose labels
// are all known.
func TestAlertsArriveWhereAlertmanagerSendsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		names := 0
		text := randomRoutes(random, 2, "  ", &names)
		text = receiversOf(names) + "route:\n  receiver: r0\n" + text
		config, err := amconfig.Load(text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		set, found := read.Content("alertmanager.yaml", []byte(text))
		if len(found) > 0 {
			t.Fatal(found)
		}
		ours := newRouting(&set.Alertmanagers[0])
		for _, alert := range []model.LabelSet{{"a": "1"}, {"a": "2", "b": "1"}, {"b": "2"}, {}} {
			var want, got []string
			for _, node := range dispatch.NewRoute(config.Route, nil).Match(alert) {
				want = append(want, node.RouteOpts.Receiver)
			}
			for _, node := range ours.root.reached(func(m amlabels.Matchers) certainty {
				if m.Matches(alert) {
					return yes
				}
				return no
			}) {
				if !node.certain {
					t.Errorf("it is not certain that %v reaches %s", alert, node.receiver)
				}
				got = append(got, node.receiver)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%v (-Alertmanager +ours):\n%s\n%s", alert, diff, text)
			}
		}
	}
}

// TestWhatIsUnknownLeavesOpenWhereAlertsArrive resolves what is unknown in every way: what is certain must hold in each.
func TestWhatIsUnknownLeavesOpenWhereAlertsArrive(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		names := 0
		text := randomRoutes(random, 2, "  ", &names)
		text = receiversOf(names) + "route:\n  receiver: r0\n" + text
		set, _ := read.Content("alertmanager.yaml", []byte(text))
		ours := newRouting(&set.Alertmanagers[0])
		known := ours.root.reached(func(m amlabels.Matchers) certainty {
			result := yes
			for _, one := range m {
				result = min(result, matching.Accepts(one, map[string][]string{"a": {"1"}}[one.Name]))
			}
			return result
		})
		for _, b := range []string{"", "1", "2"} {
			alert := model.LabelSet{"a": "1", "b": model.LabelValue(b)}
			reached := map[string]bool{}
			for _, node := range ours.root.reached(func(m amlabels.Matchers) certainty {
				if m.Matches(alert) {
					return yes
				}
				return no
			}) {
				reached[node.receiver] = true
				if !slices.ContainsFunc(known, func(k reach) bool { return k.receiver == node.receiver }) {
					t.Fatalf("%v reaches %s, which was ruled out:\n%s", alert, node.receiver, text)
				}
			}
			for _, node := range known {
				if node.certain && !reached[node.receiver] {
					t.Fatalf("%v does not reach %s, which was certain:\n%s", alert, node.receiver, text)
				}
			}
		}
	}
}

// randomRoutes writes routes, each with a receiver of its own.
func randomRoutes(random *rand.Rand, depth int, indent string, names *int) string {
	if depth == 0 || random.IntN(4) == 0 {
		return ""
	}
	text := indent + "routes:\n"
	for range 1 + random.IntN(3) {
		*names++
		text += fmt.Sprintf("%s  - receiver: r%d\n%s    continue: %v\n", indent, *names, indent, random.IntN(2) == 0)
		if random.IntN(5) > 0 {
			text += fmt.Sprintf("%s    matchers: ['%s']\n", indent, []string{
				`a="1"`, `a!="1"`, `a=~"1|2"`, `b="1"`, `b!="2"`, `b=~".+"`, `b=""`}[random.IntN(7)])
		}
		text += randomRoutes(random, depth-1, indent+"    ", names)
	}
	return text
}

func receiversOf(names int) string {
	text := "receivers:\n"
	for i := range names + 1 {
		text += fmt.Sprintf("  - name: r%d\n", i)
	}
	return text
}
