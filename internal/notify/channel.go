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
	only         config.Receiver // a receiver that has this integration and no other

	notifier *amnotify.Integration // nil until something is rendered
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
			c := &channel{receiver: r.Name, kind: kind, index: j, only: config.Receiver{Name: r.Name}}
			one := fields.Field(i).Slice(j, j+1)
			reflect.ValueOf(&c.only).Elem().Field(i).Set(one)
			c.sendResolved = one.Index(0).Interface().(amnotify.ResolvedSender).SendResolved()
			found = append(found, c)
		}
	}
	return found
}

// settings is the struct that holds the integration's configuration.
func (c *channel) settings() reflect.Value {
	fields := reflect.ValueOf(&c.only).Elem()
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.Slice && field.Len() == 1 {
			return field.Index(0).Elem()
		}
	}
	panic("a channel without an integration")
}

// yamlName is the name of a field in the configuration.
func yamlName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	return name
}
