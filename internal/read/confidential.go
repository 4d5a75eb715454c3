package read

import (
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

var (
	// secretResource is how a Kubernetes Secret says what it is, also where the rest of it cannot be read.
	secretResource = regexp.MustCompile(`\bkind"?\s*:\s*["']?Secret\b`)
	// secretWord stands in lines that may hold a secret, in any notation.
	secretWord = regexp.MustCompile(`(?i)password|passwd|token|secret|credentials|_key|api_url|webhook|authorization|\burl\b`)
)

// public are the resources in which passwords have no place, and whose fields have names that look like those of secrets.
var public = map[string]bool{"PrometheusRule": true, "Dashboard": true, "GrafanaDashboard": true, "List": true}

// confidential notes a resource that may hold secrets.
func (r *recogniser) confidential(n *node) {
	switch kind := n.get("kind").scalar().Value; {
	case kind == "Secret":
		r.set.Secrets = append(r.set.Secrets, Value{n})
	case !public[kind]:
		r.set.Settings = append(r.set.Settings, Value{n})
	}
}

// conceal keeps lines of a file that cannot be read out of what is printed, where they may hold a secret: a file that is broken
// does not tell what its lines are.
func conceal(findings diag.List, text string) {
	if len(findings) == 0 {
		return
	}
	whole, lines := secretResource.MatchString(text), strings.Split(text, "\n")
	for i, d := range findings {
		inside := d.Pos.Line >= 1 && d.Pos.Line <= len(lines)
		findings[i].Conceal = d.Conceal || whole || inside && secretWord.MatchString(lines[d.Pos.Line-1])
	}
}
