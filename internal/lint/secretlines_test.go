package lint_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

func TestNoSecretStandsInWhatIsPrinted(t *testing.T) {
	for name, content := range map[string]string{
		"a Secret": `
apiVersion: v1
kind: Secret
metadata: {name: alertmanager-main}
stringData: {comment: geheim, alertmanager.yaml: '{route: {receiver: a, group_wiat: 1s}, receivers: [{name: a}]}'}
`,
		"the block of a Secret": `
apiVersion: v1
kind: Secret
metadata: {name: alertmanager-main}
stringData:
  alertmanager.yaml: |
    route: {receiver: a, group_wiat: 1s} # geheim
    receivers: [{name: a}]
`,
		"a broken Secret":        "apiVersion: v1\nkind: Secret\nstringData: {a: geheim\nb: c\n",
		"a broken configuration": "route: {receiver: a}\nreceivers: [{slack_configs: [{api_url: geheim}]\n",
		"a job in flow style":    `scrape_configs: [{job_name: a, scrape_interval: 10s, scrape_timeout: 20s, basic_auth: {username: a, password: geheim}}]`,
		"a job of one-line JSON": `{"scrape_configs": [{"job_name": "a", "scrape_interval": "10s", "scrape_timeout": "20s", "bearer_token": "geheim"}]}`,
		"the headers of a job":   `scrape_configs: [{job_name: a, scrape_interval: 10s, scrape_timeout: 20s, authorization: {credentials: geheim}}]`,
		"an endpoint": `{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: a}, ` +
			`spec: {selector: {}, endpoints: [{interval: 10s, scrapeTimeout: 20s, params: {token: [geheim]}}]}}`,
		"the password of a client": notifying(`http_config: {basic_auth: {username: a, password: 'x{{geheim}}y'}}`),
		"the key of an API":        notifying(`api_key: 'x{{geheim}}y'`),
		"the address of a webhook": notifying(`message: 'https://host/{{geheim "b"}}'`),
	} {
		set, list := read.Content("file.yaml", []byte(content))
		more, _ := lint.Run(set, promql.NewTable(nil))
		list = append(list, more...)
		var out bytes.Buffer
		if err := diag.Print(&out, diag.Text, list, diag.Options{ReadFile: func(string) ([]byte, error) { return []byte(content), nil }}); err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
		if strings.Contains(out.String(), "geheim") {
			t.Errorf("%s:\n%s", name, &out)
		}
	}
}

// notifying is a configuration with a setting of a receiver.
func notifying(setting string) string {
	return "route: {receiver: a}\nreceivers:\n  - name: a\n    opsgenie_configs:\n      - api_key_file: /a\n        " + setting + "\n"
}
