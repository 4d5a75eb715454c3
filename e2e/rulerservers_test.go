package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// rulerDelay is how old the samples are that each ruler looks at. Their proofs say so, and pages that come earlier fail the test.
const rulerDelay = "10s"

// TestARulerPagesInTheWordsOfItsProof lets a ruler beside Prometheus evaluate the rules that are compiled for it. Prometheus only scrapes:
// each page comes from the ruler. What it records goes back to where it queries.
func TestARulerPagesInTheWordsOfItsProof(t *testing.T) {
	buildRulers(t)
	newest := release{"newest", built}
	for ruler, start := range map[string]func(p *parcels, r release) (prometheus server){
		"thanos":  startThanosRule,
		"vmalert": startVMAlert,
		"mimir":   startMimirRuler,
	} {
		t.Run(ruler, func(t *testing.T) {
			t.Parallel()
			p := compileParcels(t, "ruler="+ruler, "delay="+rulerDelay)
			p.startAlertmanager(newest)
			prometheus := start(p, newest)
			var none loaded
			if err := prometheus.get("/api/v1/rules", &none); err != nil || len(none.names()) > 0 {
				t.Fatalf("Prometheus itself has the rules %v: %v", none.names(), err)
			}
			p.incident(prometheus)
		})
	}
}

// startThanosRule runs Thanos Rule without a store of its own.
func startThanosRule(p *parcels, r release) server {
	p.t.Helper()
	prometheus := p.startPrometheus(r)
	address := freeAddress(p.t)
	target := filepath.Join(p.folder, "remote-write.yaml")
	put(p.t, target, fmt.Sprintf("remote_write: [{url: %q}]\n", prometheus.address+"/api/v1/write"))
	startAt(p.t, address, "/-/ready", p.folder, built(p.t, "thanos"), "rule",
		"--rule-file="+filepath.Join(p.folder, "ruler", "rules.yaml"), "--query="+prometheus.address, "--alertmanagers.url="+p.alertmanager.address,
		"--remote-write.config-file="+target, "--data-dir="+p.t.TempDir(), "--eval-interval=1s", "--rule-query-offset="+rulerDelay, `--label=ruler="a"`, "--alert.label-drop=ruler",
		"--http-address="+address, "--grpc-address="+freeAddress(p.t), "--shipper.meta-file-name=thanos.json")
	return prometheus
}

// startVMAlert runs vmalert, which records into the Prometheus that it queries.
func startVMAlert(p *parcels, r release) server {
	p.t.Helper()
	prometheus := p.startPrometheus(r)
	address := freeAddress(p.t)
	startAt(p.t, address, "/health", p.folder, built(p.t, "vmalert"),
		"-rule="+filepath.Join(p.folder, "prometheus", "rules.yaml"), "-datasource.url="+prometheus.address, "-notifier.url="+p.alertmanager.address,
		"-remoteWrite.url="+prometheus.address, "-evaluationInterval=1s", "-rule.evalDelay="+rulerDelay, "-httpListenAddr="+address)
	return prometheus
}

// startMimirRuler runs Mimir, which Prometheus sends its samples to, and loads the rules as the head of their file says.
func startMimirRuler(p *parcels, r release) server {
	p.t.Helper()
	mimir := startMimir(p.t, p.alertmanager.address)
	config := p.file("prometheus/prometheus.yaml")
	put(p.t, filepath.Join(p.folder, "prometheus", "prometheus.yaml"), string(config)+fmt.Sprintf(
		"remote_write: [{url: %q, headers: {X-Scope-OrgID: %s}, queue_config: {batch_send_deadline: 100ms}}]\n", mimir.address+"/api/v1/push", mimirTenant))
	if text, err := mimir.load(p.t, filepath.Join(p.folder, "ruler", "rules.yaml")); err != nil {
		p.t.Fatalf("%v\n%s", err, text)
	}
	return p.startPrometheus(r)
}

// incident lets the service do what belfry prove did in its simulation, for all alerts at once, and then be well again. Each alert must
// page in the words of its proof and end.
func (p *parcels) incident(prometheus server) {
	p.t.Helper()
	proofs := p.proofs()
	p.startService()
	p.drive(inputsOf(proofs, false))
	within(p.t, time.Minute, func() error {
		return prometheus.hasValue(`count_over_time(parcels_slots{job="parcels"}[1m]) > bool 5`, "1")
	})
	began := time.Now()
	p.drive(inputsOf(proofs, true))
	told := p.pagerDuty.waitFor(p.t, "trigger", len(proofs))
	p.t.Logf("all are told %v after the incident began", time.Since(began).Round(time.Second/10))
	p.drive(inputsOf(proofs, false))
	resolved := p.pagerDuty.waitFor(p.t, "resolve", len(proofs))
	compareTold(p.t, proofs, told, began)
	compareResolved(p.t, told, resolved)
}
