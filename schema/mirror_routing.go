package schema

// Receiver mirrors #Receiver: whom Alertmanager notifies. A channel that was left out is nil.
type Receiver struct {
	PagerDuty    *PagerDuty `json:"pagerduty,omitempty"`
	Slack        *Slack     `json:"slack,omitempty"`
	Webhook      *Webhook   `json:"webhook,omitempty"`
	Email        *Email     `json:"email,omitempty"`
	Opsgenie     *Opsgenie  `json:"opsgenie,omitempty"`
	MSTeams      *MSTeams   `json:"msteams,omitempty"`
	Discord      *Discord   `json:"discord,omitempty"`
	Telegram     *Telegram  `json:"telegram,omitempty"`
	SendResolved bool       `json:"sendResolved"`
}

// PagerDuty mirrors #PagerDuty.
type PagerDuty struct {
	RoutingKey Secret `json:"routingKey"`
	Severity   string `json:"severity,omitempty"` // critical, error, warning, info or empty
}

// Slack mirrors #Slack.
type Slack struct {
	URL     Secret `json:"url"`
	Channel string `json:"channel"`
}

// Webhook mirrors #Webhook.
type Webhook struct {
	URL     string  `json:"url,omitempty"`
	URLFrom *Secret `json:"urlFrom,omitempty"`
	Token   *Secret `json:"token,omitempty"`
}

// Email mirrors #Email.
type Email struct {
	To        string  `json:"to"`
	From      string  `json:"from"`
	Smarthost string  `json:"smarthost"` // host:port
	Username  string  `json:"username,omitempty"`
	Password  *Secret `json:"password,omitempty"`
}

// Opsgenie mirrors #Opsgenie.
type Opsgenie struct {
	APIKey   Secret `json:"apiKey"`
	Priority string `json:"priority,omitempty"` // P1 to P5 or empty
}

// MSTeams mirrors #MSTeams.
type MSTeams struct {
	URL Secret `json:"url"`
}

// Discord mirrors #Discord.
type Discord struct {
	URL Secret `json:"url"`
}

// Telegram mirrors #Telegram.
type Telegram struct {
	Token  Secret `json:"token"`
	ChatID int64  `json:"chatID"`
}

// Secret mirrors #Secret: one key of a Kubernetes Secret.
type Secret struct {
	Secret SecretKey `json:"secret"`
}

// SecretKey mirrors the struct #Secret.secret: the Secret's name and the key in it.
type SecretKey struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// Routing mirrors #Routing: who is notified of the service's alerts, and how notifications are grouped.
type Routing struct {
	Receiver       string   `json:"receiver"`
	GroupBy        []string `json:"groupBy"`
	GroupWait      string   `json:"groupWait"`
	GroupInterval  string   `json:"groupInterval"`
	RepeatInterval string   `json:"repeatInterval"`
	Routes         []Route  `json:"routes,omitempty"`
}

// Route mirrors #Route: the alerts that match go to a receiver. Durations left out are those of Routing.
type Route struct {
	Match          string   `json:"match"` // PromQL matchers without braces
	Receiver       string   `json:"receiver"`
	Continue       bool     `json:"continue"`
	GroupBy        []string `json:"groupBy,omitempty"` // nil where it was left out
	GroupWait      string   `json:"groupWait,omitempty"`
	GroupInterval  string   `json:"groupInterval,omitempty"`
	RepeatInterval string   `json:"repeatInterval,omitempty"`
}
