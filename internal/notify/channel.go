package notify

import (
	"reflect"
	"strings"

	"github.com/prometheus/alertmanager/config"
	amnotify "github.com/prometheus/alertmanager/notify"
)

// channel is one integration of a receiver: one PagerDuty service, one Slack channel.
type channel struct {
	receiver     string
	kind         string // as in the configuration, without _configs
	index        int    // among those of its kind
	sendResolved bool
	settings     reflect.Value // the struct of its settings

	notifier amnotify.Notifier // nil until something is rendered
	box      mailbox
}

// channelsOf finds the integrations of a receiver: each field named …Configs holds those of one kind.
func channelsOf(r *config.Receiver) []*channel {
	var found []*channel
	fields := reflect.ValueOf(r).Elem()
	for i := range fields.NumField() {
		kind, isKind := strings.CutSuffix(yamlName(fields.Type().Field(i)), "_configs")
		if !isKind {
			continue
		}
		for j := range fields.Field(i).Len() {
			one := fields.Field(i).Index(j)
			found = append(found, &channel{
				receiver: r.Name, kind: kind, index: j, settings: one.Elem(), sendResolved: one.Interface().(amnotify.ResolvedSender).SendResolved(),
			})
		}
	}
	return found
}

// yamlName is the name of a field in the configuration.
func yamlName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	return name
}
