// Package artifact is the one thing that generators return and the writer writes: a path, a kind and bytes. It is a leaf,
// so that every generator can return it without knowing the others.
package artifact

// Kind names a family of artifacts, as generate --only takes it.
type Kind string

// The kinds, in the order of the output folders.
const (
	Rules        Kind = "rules"        // prometheus/rules.yaml
	RuleTests    Kind = "rule-tests"   // prometheus/rules_test.yaml
	Prometheus   Kind = "prometheus"   // prometheus/prometheus.yaml
	Alertmanager Kind = "alertmanager" // alertmanager/…
	Dashboards   Kind = "dashboards"   // grafana/dashboards/*.json
	Provisioning Kind = "provisioning" // grafana/provisioning/…
	Exporter     Kind = "exporter"     // exporter/<name>/…
	Kubernetes   Kind = "kubernetes"   // kubernetes/…
	Go           Kind = "go"           // go/<package>/…
	Python       Kind = "python"       // python/<module>.py
	Runbooks     Kind = "runbooks"     // runbooks/<Alert>.md
	Checklist    Kind = "checklist"    // CHECKLIST.md
)

// Proof is the kind of proof.md, the record of belfry prove. No generator makes it: who generates or compares everything leaves it alone.
const Proof Kind = "proof"

// Kinds lists every kind that generators make, in output order.
func Kinds() []Kind {
	return []Kind{Rules, RuleTests, Prometheus, Alertmanager, Dashboards, Provisioning, Exporter, Kubernetes, Go, Python, Runbooks, Checklist}
}

// Artifact is one file of the output.
type Artifact struct {
	Path string // slash-separated, relative to the root of the package's output, never absolute and without ".."
	Kind Kind
	Data []byte
	// Source is the typed value that Data was printed from, where its generator verifies that: reading it back would take
	// longer than making it. Nil for texts, and never written.
	Source any
}
