package alertmanager

// The types of this file are the part of Alertmanager's configuration that is generated, in the order of
// https://prometheus.io/docs/alerting/latest/configuration/. Alertmanager's own types cannot be used: they print secrets as
// "<secret>", write out every default, and so emit fields that older versions refuse.

type config struct {
	Global       global        `yaml:"global"`
	Route        route         `yaml:"route"`
	Receivers    []receiver    `yaml:"receivers"`
	InhibitRules []inhibitRule `yaml:"inhibit_rules"` // printed when empty, so that it replaces the chart's own
}

type global struct {
	ResolveTimeout string `yaml:"resolve_timeout"`
	PagerDutyURL   string `yaml:"pagerduty_url,omitempty"`
}

type route struct {
	Matchers       []string `yaml:"matchers,omitempty"`
	Receiver       string   `yaml:"receiver,omitempty"`
	Continue       bool     `yaml:"continue,omitempty"`
	GroupBy        []string `yaml:"group_by,flow,omitempty"`
	GroupWait      string   `yaml:"group_wait,omitempty"`
	GroupInterval  string   `yaml:"group_interval,omitempty"`
	RepeatInterval string   `yaml:"repeat_interval,omitempty"`
	Routes         []route  `yaml:"routes,omitempty"`
}

type inhibitRule struct {
	SourceMatchers []string `yaml:"source_matchers"`
	TargetMatchers []string `yaml:"target_matchers"`
	Equal          []string `yaml:"equal,flow,omitempty"`
}

type receiver struct {
	Name      string            `yaml:"name"`
	PagerDuty []pagerDutyConfig `yaml:"pagerduty_configs,omitempty"`
	Slack     []slackConfig     `yaml:"slack_configs,omitempty"`
	Webhook   []webhookConfig   `yaml:"webhook_configs,omitempty"`
	Email     []emailConfig     `yaml:"email_configs,omitempty"`
	Opsgenie  []opsgenieConfig  `yaml:"opsgenie_configs,omitempty"`
	MSTeams   []msteamsConfig   `yaml:"msteamsv2_configs,omitempty"`
	Discord   []discordConfig   `yaml:"discord_configs,omitempty"`
	Telegram  []telegramConfig  `yaml:"telegram_configs,omitempty"`
}

type pagerDutyConfig struct {
	SendResolved   bool              `yaml:"send_resolved"`
	RoutingKeyFile string            `yaml:"routing_key_file"` // Events API v2; service_key would be v1
	Severity       string            `yaml:"severity"`
	Description    string            `yaml:"description"`
	Client         string            `yaml:"client"`
	ClientURL      string            `yaml:"client_url"`
	Details        map[string]string `yaml:"details"`
	Links          []pagerDutyLink   `yaml:"links"`
}

type pagerDutyLink struct {
	Href string `yaml:"href"`
	Text string `yaml:"text"`
}

type slackConfig struct {
	SendResolved bool   `yaml:"send_resolved"`
	APIURLFile   string `yaml:"api_url_file"`
	Channel      string `yaml:"channel"`
	Title        string `yaml:"title"`
	TitleLink    string `yaml:"title_link"`
	Text         string `yaml:"text"`
	Fallback     string `yaml:"fallback"`
}

type webhookConfig struct {
	SendResolved bool        `yaml:"send_resolved"`
	URL          string      `yaml:"url,omitempty"`
	URLFile      string      `yaml:"url_file,omitempty"`
	HTTPConfig   *httpConfig `yaml:"http_config,omitempty"`
}

type httpConfig struct {
	Authorization authorization `yaml:"authorization"`
}

type authorization struct {
	CredentialsFile string `yaml:"credentials_file"` // sent as Bearer
}

type emailConfig struct {
	SendResolved     bool              `yaml:"send_resolved"`
	To               string            `yaml:"to"`
	From             string            `yaml:"from"`
	Smarthost        string            `yaml:"smarthost"`
	AuthUsername     string            `yaml:"auth_username,omitempty"`
	AuthPasswordFile string            `yaml:"auth_password_file,omitempty"`
	Headers          map[string]string `yaml:"headers"`
	Text             string            `yaml:"text"`
}

type opsgenieConfig struct {
	SendResolved bool   `yaml:"send_resolved"`
	APIKeyFile   string `yaml:"api_key_file"`
	Message      string `yaml:"message"`
	Description  string `yaml:"description"`
	Priority     string `yaml:"priority,omitempty"`
}

type msteamsConfig struct {
	SendResolved   bool   `yaml:"send_resolved"`
	WebhookURLFile string `yaml:"webhook_url_file"`
	Title          string `yaml:"title"`
	Text           string `yaml:"text"`
}

type discordConfig struct {
	SendResolved   bool   `yaml:"send_resolved"`
	WebhookURLFile string `yaml:"webhook_url_file"`
	Title          string `yaml:"title"`
	Message        string `yaml:"message"`
}

type telegramConfig struct {
	SendResolved bool   `yaml:"send_resolved"`
	BotTokenFile string `yaml:"bot_token_file"`
	ChatID       int64  `yaml:"chat_id"`
	Message      string `yaml:"message"`
	ParseMode    string `yaml:"parse_mode"` // empty for plain text: with HTML, a "<" in a text would be refused
}
