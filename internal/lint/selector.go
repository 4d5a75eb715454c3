package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/read"
)

// picks says whether a selector takes what has the labels. A nil selector takes nothing. An operator that Kubernetes does not know
// leaves it open.
func picks(selector *read.Selector, labels []read.Pair) certainty {
	if selector == nil {
		return no
	}
	result := yes
	for _, pair := range selector.MatchLabels {
		if found := read.Find(labels, pair.Name.Value); found.IsZero() || found.Value != pair.Value.Value {
			return no
		}
	}
	for _, requirement := range selector.MatchExpressions {
		result = min(result, meets(requirement, read.Find(labels, requirement.Key.Value)))
	}
	return result
}

func meets(requirement read.Requirement, label read.Text) certainty {
	present := !label.IsZero()
	listed := slices.ContainsFunc(requirement.Values, func(v read.Text) bool { return v.Value == label.Value })
	switch requirement.Operator.Value {
	case "In":
		return certaintyOf(present && listed)
	case "NotIn":
		return certaintyOf(!present || !listed)
	case "Exists":
		return certaintyOf(present)
	case "DoesNotExist":
		return certaintyOf(!present)
	}
	return maybe
}

func certaintyOf(holds bool) certainty {
	if holds {
		return yes
	}
	return no
}

// namespaceName is the label that every namespace has with its own name (Kubernetes 1.22).
const namespaceName = "kubernetes.io/metadata.name"

// selectsNamespace says whether a selector of namespaces takes one: none means the own one, and other labels of a namespace than its
// name are not known.
func selectsNamespace(selector *read.Selector, own, namespace string) certainty {
	switch {
	case selector == nil && (own == "" || namespace == ""):
		return maybe
	case selector == nil:
		return certaintyOf(own == namespace)
	}
	result := yes
	for _, pair := range selector.MatchLabels {
		if pair.Name.Value != namespaceName || namespace == "" {
			result = min(result, maybe)
			continue
		}
		result = min(result, certaintyOf(pair.Value.Value == namespace))
	}
	if len(selector.MatchExpressions) > 0 {
		result = min(result, maybe)
	}
	return result
}

// saidSelector is a selector for messages.
func saidSelector(selector *read.Selector) string {
	if selector == nil {
		return "nothing"
	}
	var parts []string
	for _, pair := range selector.MatchLabels {
		parts = append(parts, pair.Name.Value+"="+pair.Value.Value)
	}
	for _, requirement := range selector.MatchExpressions {
		var values []string
		for _, value := range requirement.Values {
			values = append(values, value.Value)
		}
		parts = append(parts, strings.TrimSpace(requirement.Key.Value+" "+requirement.Operator.Value+" "+strings.Join(values, ", ")))
	}
	return strings.Join(parts, ", ")
}
