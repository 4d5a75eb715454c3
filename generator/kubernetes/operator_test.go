package kubernetes

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// TestTheOperatorTakesEveryFieldOfARuleFile is why groups that Prometheus' types have accepted need not be decoded into the
// operator's once more: whatever field a rule file may have, the operator knows it under the same name, as text where the
// rule file has text or a duration.
func TestTheOperatorTakesEveryFieldOfARuleFile(t *testing.T) {
	for _, pair := range []struct{ prometheus, operator reflect.Type }{
		{reflect.TypeFor[rulefmt.RuleGroup](), reflect.TypeFor[monitoring.RuleGroup]()},
		{reflect.TypeFor[rulefmt.Rule](), reflect.TypeFor[monitoring.Rule]()},
	} {
		checked := 0
		for _, field := range reflect.VisibleFields(pair.prometheus) {
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			content := `{"` + name + `": ` + sampleOf(t, field.Type) + `}`
			decoder := json.NewDecoder(strings.NewReader(content))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(reflect.New(pair.operator).Interface()); err != nil {
				t.Errorf("%s refuses %s: %v", pair.operator, content, err)
			}
			checked++
		}
		if checked < 6 {
			t.Errorf("%s has only %d fields", pair.prometheus, checked)
		}
	}
}

// sampleOf is a value of the type as it stands in a file.
func sampleOf(t *testing.T, of reflect.Type) string {
	t.Helper()
	switch {
	case strings.HasSuffix(of.String(), "model.Duration"):
		return `"5m"`
	case of.Kind() == reflect.String:
		return `"text"`
	case of.Kind() == reflect.Int:
		return `1`
	case of.Kind() == reflect.Map:
		return `{"name": "text"}`
	case of.Kind() == reflect.Slice:
		return `[{}]`
	}
	t.Fatalf("no sample of %s", of)
	return ""
}
