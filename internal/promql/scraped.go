package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// usuallyAdded are labels that scraping adds in many places: those of Prometheus' operator, and those that people set by
// relabelling.
var usuallyAdded = setOf(
	"job", "instance", "namespace", "pod", "service", "endpoint", "container", "node", "cluster", "k8s_cluster", "cluster_id", "cluster_name",
	"env", "environment", "stage", "tier", "region", "zone", "availability_zone", "az", "datacenter", "dc", "site", "rack", "host", "hostname",
	"nodename", "ip", "address", "target", "tenant", "tenant_id", "customer", "team", "owner", "project", "account", "app", "application",
	"component", "role", "group", "version", "release", "prometheus", "prometheus_replica", "replica", "receive", "monitor", "shard",
	"deployment", "statefulset", "daemonset", "workload", "provider", "platform", "product", "pod_name", "container_name", "metrics_path",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// prefixesAdded are beginnings of labels that scraping adds: service discovery's, mapped as they are.
var prefixesAdded = []string{"label_", "app_kubernetes_io_", "kubernetes_", "k8s_", "exported_", "ec2_", "gce_", "azure_", "consul_", "__"}

// isForeign reports whether a label is neither the program's own nor one that scraping is known to add. Some relabelling may
// add it all the same.
func (w *walk) isForeign(set LabelSet, name string) bool {
	if !set.scraped || usuallyAdded[name] || name == model.MetricNameLabel {
		return false
	}
	_, listed := set.find(name)
	return !listed && !slices.Contains(w.table.Added, name) && !startsWithAny(name, prefixesAdded)
}

// checkForeign reports matchers on labels that the program of the metric does not expose.
func (w *walk) checkForeign(e *parser.VectorSelector, set LabelSet) {
	for _, m := range e.LabelMatchers {
		if !tells(m) || !w.isForeign(set, m.Name) {
			continue
		}
		if effect := foreignEffect(m); effect != "" {
			w.reportForeign(e, m.String()+" "+effect, m.Name, set)
		}
	}
}

// foreignEffect is what a matcher does where no series has its label; empty where it does what it says.
func foreignEffect(m *labels.Matcher) string {
	switch {
	case !m.Matches(""):
		return "selects nothing"
	case m.Value != "" && (m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp):
		return "excludes nothing"
	default:
		return ""
	}
}

// checkForeignGrouping reports a label of by that the programs of the metrics do not expose.
func (w *walk) checkForeignGrouping(e *parser.AggregateExpr, name string, operand Type) {
	sets := operand.sets()
	for _, set := range sets {
		if !w.isForeign(set, name) {
			return
		}
	}
	w.misspelt = append(w.misspelt, name)
	w.reportForeign(e, e.Op.String()+" by ("+name+") groups by nothing", name, sets[0])
}

// reportForeign is certain where the label is one of the program's own with a typing error.
func (w *walk) reportForeign(node parser.Node, effect, name string, set LabelSet) {
	message := effect + ": " + set.why.name + " has no label " + name
	for _, own := range set.Names() {
		if max(len(own), len(name)) >= shortestWord && diag.IsSlip(own, name) {
			w.report(diag.Error, codeUnknownLabel, node, message, didYouMean(name, []string{own}))
			return
		}
	}
	if usual := misspeltTarget(name); usual != "" {
		w.report(diag.Warning, codeUnknownLabel, node, message, didYouMean(name, []string{usual}))
		return
	}
	own := "it exposes no labels"
	if names := set.Names(); len(names) > 0 {
		own = "it exposes " + strings.Join(names[:min(len(names), 10)], ", ")
	}
	w.report(diag.Warning, codeUnknownLabel, node, message, "mend the name, or say --target-label "+name+" if scraping adds it", own)
}
