package prometheus

import (
	"bytes"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// rulerHead is what stands above the groups in the file of a ruler that needs one; nil for rulers that load Prometheus' own
// format, as vmalert does. Mimir's tool reads the namespace from the file;
// the tenant is an argument of the command that loads it.
func rulerHead(p *ir.Program) []byte {
	ruler := p.Platform.Prometheus.Ruler
	switch ruler.Target {
	case ir.TargetMimir:
		tenant := ""
		if ruler.Tenant != "" {
			tenant = " --id='" + ruler.Tenant + "'"
		}
		b := []byte("# Load it: mimirtool rules load" + tenant + " --address=\"$MIMIR_ADDRESS\" " + rulesFile + "\nnamespace: ")
		return append(yamltext.AppendString(b, mimirNamespace(p)), '\n')
	case ir.TargetThanos:
		return []byte("# Check it: thanos tools rules-check --rules=" + rulesFile + "\n")
	}
	return nil
}

// mimirNamespace keeps services apart: loading a file replaces its namespace as a whole. A Kubernetes namespace has no dots.
func mimirNamespace(p *ir.Program) string {
	return p.Service.Namespace + "." + p.Service.Name
}

// withoutRulerFields takes out of a rule file the lines that only its ruler knows: Mimir's namespace and, in each group,
// Thanos' strategy. The rest is Prometheus' format, for these two as for Prometheus (Mimir's pkg/mimirtool/rules/rwrulefmt and
// Thanos' pkg/rules/manager.go read it with Prometheus' types).
func withoutRulerFields(data []byte) []byte {
	strategy := []byte("    partial_response_strategy: ")
	head, _, _ := bytes.Cut(data, []byte("\ngroups:\n"))
	if !bytes.Contains(head, []byte("\nnamespace: ")) && !bytes.Contains(data, strategy) {
		return data
	}
	plain := make([]byte, 0, len(data))
	inGroups := false
	for line := range bytes.Lines(data) {
		inGroups = inGroups || string(line) == "groups:\n"
		if !inGroups && bytes.HasPrefix(line, []byte("namespace: ")) || bytes.Equal(line, append(strategy[:len(strategy):len(strategy)], "abort\n"...)) ||
			bytes.Equal(line, append(strategy[:len(strategy):len(strategy)], "warn\n"...)) {
			continue
		}
		plain = append(plain, line...)
	}
	return plain
}
