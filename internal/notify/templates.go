package notify

import (
	"reflect"
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/template"
)

// tryTemplates executes every template of an integration, because not every notifier says that one fails: Slack's sends what is
// left, without a word. It returns the first error.
func (p *Pipeline) tryTemplates(value reflect.Value, data *template.Data) error {
	switch value.Kind() {
	case reflect.String:
		if !strings.Contains(value.String(), "{{") {
			return nil
		}
		_, err := p.template.ExecuteTextString(value.String(), data)
		return err
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			return p.tryTemplates(value.Elem(), data)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if !value.Type().Field(i).IsExported() {
				continue
			}
			if err := p.tryTemplates(value.Field(i), data); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			if err := p.tryTemplates(value.Index(i), data); err != nil {
				return err
			}
		}
	case reflect.Map:
		keys := value.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			if err := p.tryTemplates(value.MapIndex(key), data); err != nil {
				return err
			}
		}
	}
	return nil
}
