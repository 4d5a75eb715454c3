package notify

import (
	"strings"
	"testing"
)

func TestWhatIsWrongWithANotificationIsFound(t *testing.T) {
	const slack = `slack_configs: [{api_url: http://a, channel: c, title: '%s', text: '{{ .CommonAnnotations.description }}'}]`
	long := strings.Repeat("ä", 1025)
	for name, test := range map[string]struct {
		receiver string
		change   func(*Event)
		kind     FindingKind
		says     string
	}{
		"no summary":        {`pagerduty_configs: [{routing_key: k, description: '{{ .CommonAnnotations.summary }}'}]`, func(e *Event) { delete(e.Annotations, "summary") }, EmptyTitle, "PagerDuty has no title"},
		"blank mail":        {`email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'h:25', text: x, headers: {Subject: ' '}}]`, nil, EmptyTitle, "e-mail has no title"},
		"nothing printed":   {strings.Replace(slack, "%s", `{{ (dict "a" 1).b }}`, 1), nil, NoValue, "<no value>"},
		"in a mail":         {`email_configs: [{to: a@b.c, from: d@e.f, smarthost: 'h:25', text: 'rate {{ (dict).b }} now'}]`, nil, NoValue, `"rate <no value> now"`},
		"unknown function":  {strings.Replace(slack, "%s", `{{ nonsense }}`, 1), nil, BrokenTemplate, `function "nonsense" not defined`},
		"unclosed":          {strings.Replace(slack, "%s", `{{ .Status`, 1), nil, BrokenTemplate, "unclosed action"},
		"unknown field":     {strings.Replace(slack, "%s", `{{ .Stat }}`, 1), nil, BrokenTemplate, "Stat"},
		"template missing":  {strings.Replace(slack, "%s", `{{ template "mine" . }}`, 1), nil, BrokenTemplate, `"mine"`},
		"long for Slack":    {strings.Replace(slack, "%s", `{{ .CommonAnnotations.summary }}`, 1), func(e *Event) { e.Annotations["summary"] = long }, CutOff, "Slack takes no longer title: it is cut after 1024 characters"},
		"long for a page":   {`pagerduty_configs: [{routing_key: k, description: '{{ .CommonAnnotations.summary }}'}]`, func(e *Event) { e.Annotations["summary"] = long }, CutOff, "PagerDuty takes no longer summary: it is cut after 1024"},
		"long for Opsgenie": {`opsgenie_configs: [{api_key: k, message: '{{ .CommonAnnotations.summary }}'}]`, func(e *Event) { e.Annotations["summary"] = long }, CutOff, "130"},
		"description":       {`opsgenie_configs: [{api_key: k, message: m, description: '{{ .CommonAnnotations.description }}'}]`, func(e *Event) { e.Annotations["description"] = strings.Repeat("x", 15001) }, CutOff, "15000 characters: this one has 15001"},
		"long for Discord":  {`discord_configs: [{webhook_url: http://a, title: '{{ .CommonAnnotations.summary }}'}]`, func(e *Event) { e.Annotations["summary"] = long }, CutOff, "256"},
		"long for Telegram": {`telegram_configs: [{bot_token: t, chat_id: 1, parse_mode: HTML, message: '{{ .CommonAnnotations.description }}'}]`, func(e *Event) { e.Annotations["description"] = strings.Repeat("x", 5000) }, CutOff, "Telegram takes no longer message than 4096"},
		"long for Teams":    {`msteamsv2_configs: [{webhook_url: http://a, title: t, text: '{{ .CommonAnnotations.description }}'}]`, func(e *Event) { e.Annotations["description"] = strings.Repeat("x", 30000) }, CutOff, "28672 bytes"},
		"divided by zero":   {strings.Replace(slack, "%s", `{{ .CommonAnnotations.summary }}`, 1), func(e *Event) { e.Annotations["summary"] = "Share is +Inf%" }, NotANumber, `prints +Inf for a value: "Share is +Inf%"`},
		"not a number":      {strings.Replace(slack, "%s", `t`, 1), func(e *Event) { e.Annotations["description"] = "p95 is NaNs now" }, "", ""},
		"NaN":               {strings.Replace(slack, "%s", `t`, 1), func(e *Event) { e.Annotations["description"] = "p95 is NaN" }, NotANumber, "NaN"},
		"words":             {strings.Replace(slack, "%s", `t`, 1), func(e *Event) { e.Annotations["description"] = "Info, Infra and a.Inf" }, "", ""},
		"bad address":       {`email_configs: [{to: nobody, from: d@e.f, smarthost: 'h:25', text: x}]`, nil, Failed, "'to' addresses"},
	} {
		t.Run(name, func(t *testing.T) {
			change := test.change
			if change == nil {
				change = func(*Event) {}
			}
			notifications := render(t, "{route: {receiver: a}, receivers: [{name: a, "+test.receiver+"}]}", events(change))
			if len(notifications) == 0 {
				t.Fatal("nothing was notified")
			}
			n := notifications[0]
			switch {
			case test.kind == "" && len(n.Findings) > 0:
				t.Errorf("found %v", n.Findings)
			case test.kind == "":
			case len(n.Findings) != 1 || n.Findings[0].Kind != test.kind || !strings.Contains(n.Findings[0].Message, test.says):
				t.Errorf("got %+v for %q and %q, want %s that says %q", n.Findings, n.Title, n.Text, test.kind, test.says)
			case n.Findings[0].Help == "" || n.Findings[0].Receiver != "a" || n.Findings[0].Alert != "HighErrorRate":
				t.Errorf("the finding does not say where it is: %+v", n.Findings[0])
			}
		})
	}
}
