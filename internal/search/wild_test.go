package search_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/prove"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

const wildPage = "../../docs/prove-in-the-wild.md"

const wildIntro = `# Proofs in the wild

What ` + "`belfry prove --rules`" + ` says of alerts that other projects publish. They are read from Go's module cache. Nobody has declared
their metrics: the inputs that make each alert fire and resolve are searched for, and each witness is held against Prometheus' own
rule groups, evaluated moment by moment. A test makes this page. A metric that nobody has described is taken to have every label that
the expression asks for, so that PROVEN says that the expression can fire, and not that the exporter has these labels.

An alert that is not proven is either one that can never fire, or one whose inputs the search did not find. Each has been looked at, and
the last column says which it is.
`

// wild are folders of alerts that somebody publishes in a Go module, with what is to be said of those that are not proven.
var wild = []struct {
	title, module, folder string
	looked                map[string]string
}{
	{"Thanos", "github.com/thanos-io/thanos@v0.42.5", "examples/alerts", map[string]string{
		"ThanosReceiveHighReplicationFailures": "A defect: `thanos_receive_replication_factor > 1 and (… by (job) …)` has no `on (job)`, and the metric of a scraped target has `instance`, which the right side has lost. It never fires.",
		"ThanosBucketReplicateRunLatency":      "A defect: the buckets have lost `le`. It never fires.",
	}},
	{"Prometheus operator", "github.com/prometheus-operator/prometheus-operator@v0.85.0", "example/mixin", nil},
	{"Mimir", "github.com/grafana/mimir@v1.3.1-0.20260423142704-aced80d74930", "operations/mimir-mixin-compiled", nil},
	{"Loki", "github.com/grafana/loki/v3@v3.7.8", "production/loki-mixin-compiled", nil},
}

// TestPublishedAlertsAreProvenAsThePageSays proves what others publish and compares with the page.
func TestPublishedAlertsAreProvenAsThePageSays(t *testing.T) {
	output, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString(wildIntro)
	for _, set := range wild {
		folder := filepath.Join(strings.TrimSpace(string(output)), filepath.FromSlash(set.module), filepath.FromSlash(set.folder))
		if _, err := os.Stat(folder); err != nil {
			t.Skipf("not in the module cache; go mod download brings it: %v", err)
		}
		proofs, groups := proveFolder(t, folder)
		fmt.Fprintf(&page, "\n## %s\n\n`%s`, %s: %d alerts, %d PROVEN, %d UNPROVEN, %d INSENSITIVE.\n", set.title, set.module, set.folder,
			len(proofs), count(proofs, prove.Proven), count(proofs, prove.Unproven), count(proofs, prove.Insensitive))
		if prove.Count(proofs, prove.Proven) < len(proofs) {
			page.WriteString("\n| alert | verdict | reason | looked at |\n|---|---|---|---|\n")
		}
		for i := range proofs {
			p := &proofs[i]
			if p.Verdict == prove.Proven {
				t.Run(set.title+"/"+p.Alert.Name, func(t *testing.T) { holdAgainstPrometheus(t, p.Witness) })
				continue
			}
			looked := set.looked[p.Alert.Name]
			if looked == "" {
				t.Errorf("%s of %s is not proven, and nobody has said why: %s", p.Alert.Name, set.title, p.Reason)
			}
			reason := p.Reason
			if p.Code != "" {
				reason += " (" + p.Code + ")"
			}
			fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", p.Alert.Name, p.Verdict, strings.ReplaceAll(reason, "|", "\\|"), looked)
		}
		if len(groups) == 0 {
			t.Errorf("%s has no groups", set.title)
		}
	}
	goldenfile.CompareFile(t, wildPage, page.String())
}

func count(proofs []prove.Proof, verdict prove.Verdict) int {
	n := 0
	for i := range proofs {
		if proofs[i].Verdict == verdict {
			n++
		}
	}
	return n
}

func proveFolder(t *testing.T, folder string) ([]prove.Proof, []simulate.Group) {
	t.Helper()
	set, _, err := read.Files([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	return proveSet(t, set)
}

func proveSet(t *testing.T, set *read.Set) ([]prove.Proof, []simulate.Group) {
	t.Helper()
	table, err := check.OpenWorld(check.World{Recordings: lint.Recordings(set)})
	if err != nil {
		t.Fatal(err)
	}
	groups, places, err := prove.GroupsOf(set, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	proofs, err := prove.ProveFiles(t.Context(), prove.Files{Groups: groups, Places: places, Table: table.In}, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	return proofs, groups
}

// FuzzFind holds that no expression makes the search panic, go on for ever, or claim what Prometheus does not confirm.
func FuzzFind(f *testing.F) {
	for _, one := range fireable {
		f.Add(one.expr)
	}
	for _, one := range impossible {
		f.Add(one.expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		parsed, err := promql.Parse(expr)
		if err != nil || promql.Reach(parsed) > 6*time.Hour || promql.Reach(parsed) < 0 {
			return
		}
		groups := []simulate.Group{{Name: "group", Interval: time.Minute, Rules: []simulate.Rule{{Alert: "Alert", Expr: parsed}}}}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		result, err := search.Find(ctx, search.Input{Groups: groups, Group: &groups[0], Rule: &groups[0].Rules[0], Table: table()})
		if err != nil {
			t.Fatal(err)
		}
		if result.Verdict == search.Found {
			holdAgainstPrometheus(t, result.Witness)
		}
	})
}
