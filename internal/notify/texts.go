package notify

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// places say where the payload of an integration holds what people read. The first place that holds something counts. Where
// there is no title, the first line of the text is one.
var places = map[string]struct{ titles, texts []string }{
	"pagerduty":  {[]string{"payload.summary", "description"}, []string{"payload.custom_details", "details"}},
	"slack":      {[]string{"attachments.0.title", "attachments.0.pretext", "text", "attachments.0.fallback"}, []string{"attachments.0.text", "attachments.0.fields", "text"}},
	"webhook":    {[]string{"commonAnnotations.summary", "commonLabels.alertname"}, []string{"alerts"}},
	"incidentio": {[]string{"commonAnnotations.summary", "commonLabels.alertname"}, []string{"alerts"}},
	"opsgenie":   {[]string{"message"}, []string{"description"}},
	"msteams":    {[]string{"title"}, []string{"text"}},
	"msteamsv2":  {[]string{"attachments.0.content.body.0.text"}, []string{"attachments.0.content.body.1.text"}},
	"discord":    {[]string{"embeds.0.title"}, []string{"embeds.0.description", "content"}},
	"telegram":   {nil, []string{"text"}},
	"pushover":   {[]string{"title"}, []string{"message"}},
	"victorops":  {[]string{"entity_display_name"}, []string{"state_message"}},
	"webex":      {nil, []string{"markdown"}},
	"wechat":     {nil, []string{"text.content", "markdown.content"}},
	"mattermost": {[]string{"attachments.0.title", "attachments.0.pretext"}, []string{"attachments.0.text", "text"}},
	"rocketchat": {[]string{"attachments.0.title"}, []string{"attachments.0.text", "text"}},
	"jira":       {[]string{"fields.summary"}, []string{"fields.description"}},
}

// read takes the payload, the title and the text from what an integration has sent. It returns every text of the payload.
func (n *Notification) read(requests []request) []string {
	if len(requests) == 0 {
		return nil
	}
	payload := requests[len(requests)-1].body
	if n.Integration == "opsgenie" {
		payload = requests[0].body // those after it update the alert with the same texts
	}
	if n.Integration == "email" {
		return n.readMail(payload)
	}
	n.Payload = payload
	document := parsePayload(payload)
	where := places[n.Integration]
	n.Title, n.Text = firstOf(document, where.titles), firstOf(document, where.texts)
	if len(where.titles) == 0 {
		n.Title, n.Text, _ = strings.Cut(n.Text, "\n")
	}
	n.Title, n.Text = strings.TrimSpace(n.Title), strings.TrimSpace(n.Text)
	return leaves(document)
}

// parsePayload reads JSON, or else a form.
func parsePayload(payload []byte) any {
	var document any
	if json.Unmarshal(payload, &document) == nil {
		return document
	}
	form, err := url.ParseQuery(string(payload))
	if err != nil {
		return nil
	}
	fields := map[string]any{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	return fields
}

func firstOf(document any, paths []string) string {
	for _, path := range paths {
		if text := written(at(document, path)); text != "" {
			return text
		}
	}
	return ""
}

// at is the value under a path of names and indexes; nil where there is none.
func at(document any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch node := document.(type) {
		case map[string]any:
			document = node[name]
		case []any:
			index, err := strconv.Atoi(name)
			if err != nil || index >= len(node) {
				return nil
			}
			document = node[index]
		default:
			return nil
		}
	}
	return document
}

// written is a value as people see it: fields by name, alerts by what they say of themselves.
func written(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case map[string]any:
		if _, isAlert := value["annotations"]; isAlert {
			return "- " + firstOf(value, []string{"annotations.description", "annotations.summary", "labels.alertname"})
		}
		if title, ok := value["title"].(string); ok {
			return title + ": " + written(value["value"])
		}
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if text := strings.TrimSpace(written(value[name])); text != "" {
				lines = append(lines, name+": "+text)
			}
		}
		return strings.Join(lines, "\n")
	case []any:
		var lines []string
		for _, one := range value {
			lines = append(lines, written(one))
		}
		return strings.Join(lines, "\n")
	default:
		return fmt.Sprint(value)
	}
}

// leaves are all texts of a document.
func leaves(document any) []string {
	switch node := document.(type) {
	case string:
		return []string{node}
	case map[string]any:
		var all []string
		for _, name := range slices.Sorted(maps.Keys(node)) {
			all = append(all, leaves(node[name])...)
		}
		return all
	case []any:
		var all []string
		for _, one := range node {
			all = append(all, leaves(one)...)
		}
		return all
	}
	return nil
}
