package alertmanager

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	amconfig "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/template"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify runs Alertmanager's own parser over alertmanager.yaml, which refuses unknown fields and receivers, and what that
// parser leaves out: every text is executed with Alertmanager's templates, and no field holds the value of a secret. An
// error is a bug of Belfry. Markdown has no parser that could refuse it.
func Verify(a artifact.Artifact) error {
	if a.Kind != artifact.Alertmanager {
		return fmt.Errorf("%s: artifacts of kind %s are not Alertmanager's", a.Path, a.Kind)
	}
	if strings.HasSuffix(a.Path, ".md") {
		return nil
	}
	if err := verifyConfig(a.Data); err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	return nil
}

func verifyConfig(data []byte) error {
	if _, err := amconfig.Load(string(data)); err != nil {
		return err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return err
	}
	texts, problems := map[string]bool{}, []error(nil)
	walk(&document, func(field string, value *yaml.Node) {
		if secretFields[field] {
			problems = append(problems, fmt.Errorf("line %d: %s would hold a secret; use %s_file", value.Line, field, field))
		}
		if strings.Contains(value.Value, "{{") {
			texts[value.Value] = true
		}
	})
	for _, text := range slices.Sorted(maps.Keys(texts)) {
		problems = append(problems, execute(text))
	}
	return errors.Join(problems...)
}

// secretFields are Alertmanager's fields of type Secret and SecretURL that receivers of ours could have. A webhook's url
// is one too; the spec's webhook.url is for addresses that hold no secret.
var secretFields = map[string]bool{
	"routing_key": true, "service_key": true, "api_url": true, "app_token": true, "api_key": true, "webhook_url": true, "bot_token": true,
	"auth_password": true, "auth_secret": true, "password": true, "credentials": true, "bearer_token": true,
}

// walk visits every scalar with the name of the field that holds it.
func walk(node *yaml.Node, visit func(field string, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		for _, child := range node.Content {
			walk(child, visit)
		}
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if value.Kind == yaml.ScalarNode {
			visit(key.Value, value)
		}
		walk(value, visit)
	}
}

// templates are Alertmanager's default templates and functions, parsed once.
var templates = sync.OnceValues(func() (*template.Template, error) { return template.FromGlobs(nil) })

// samples are what a text must be fit for: one alert, several that differ, and none of the annotations.
var samples = []*template.Data{
	{Status: "firing", ExternalURL: "http://alertmanager:9093", Alerts: template.Alerts{{
		Status: "firing", Labels: template.KV{"alertname": "A"}, Annotations: template.KV{"summary": "s", "description": "d"}, StartsAt: time.Unix(0, 0),
	}}, CommonLabels: template.KV{"alertname": "A"}, CommonAnnotations: template.KV{"summary": "s", "description": "d"}},
	{Status: "resolved", ExternalURL: "http://alertmanager:9093", Alerts: template.Alerts{{Status: "resolved"}, {Status: "resolved"}}},
}

func execute(text string) error {
	tmpl, err := templates()
	if err != nil {
		return err
	}
	for _, data := range samples {
		out, err := tmpl.ExecuteTextString(text, data)
		if err != nil {
			return fmt.Errorf("text %q: %w", text, err)
		}
		if strings.Contains(out, "<no value>") {
			return fmt.Errorf("text %q prints %q", text, out)
		}
	}
	return nil
}
