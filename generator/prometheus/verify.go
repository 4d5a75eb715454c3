package prometheus

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/relabel"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify checks an artifact of this package, refusing unknown fields: a rule file by Prometheus' own types and its check of
// rules, which parses every expression and template too; the configuration with Prometheus' parsers of durations and relabelling, and with its rules for targets. (Prometheus'
// parser of whole configurations would bring the clients of three clouds along.) An error is a bug of Belfry.
func Verify(a artifact.Artifact) error {
	var err error
	switch a.Kind {
	case artifact.Rules:
		err = verifyRules(withoutRulerFields(a.Data))
	case artifact.Prometheus:
		err = verifyConfig(a.Data)
	default:
		err = fmt.Errorf("artifacts of kind %s are not Prometheus'", a.Kind)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	return nil
}

func verifyConfig(data []byte) error {
	var file configFile
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return err
	}
	problems := []error{checkDuration("global.evaluation_interval", file.Global.EvaluationInterval)}
	for _, job := range file.ScrapeConfigs {
		problems = append(problems, verifyScrape(job))
	}
	return errors.Join(problems...)
}

// verifyScrape holds a job against the rules of Prometheus' config.ScrapeConfig.Validate and relabel.Config.UnmarshalYAML.
func verifyScrape(job scrapeConfig) error {
	problems := []error{
		checkDuration(job.JobName+".scrape_interval", job.ScrapeInterval),
		checkDuration(job.JobName+".scrape_timeout", job.ScrapeTimeout),
	}
	interval, _ := model.ParseDuration(job.ScrapeInterval)
	if timeout, _ := model.ParseDuration(job.ScrapeTimeout); timeout > interval {
		problems = append(problems, fmt.Errorf("%s: scrape timeout %s is longer than the interval %s", job.JobName, job.ScrapeTimeout, job.ScrapeInterval))
	}
	problems = append(problems, verifyTargets(job))
	for i, rule := range job.RelabelConfigs {
		text, err := yaml.Marshal(rule)
		if err != nil {
			return err
		}
		parsed := relabel.DefaultRelabelConfig
		if err := yaml.Unmarshal(text, &parsed); err != nil {
			problems = append(problems, fmt.Errorf("%s: relabel_configs[%d]: %w", job.JobName, i, err))
			continue
		}
		if err := parsed.Validate(model.UTF8Validation); err != nil {
			problems = append(problems, fmt.Errorf("%s: relabel_configs[%d]: %w", job.JobName, i, err))
		}
	}
	return errors.Join(problems...)
}

// verifyTargets holds addresses and labels against config.CheckTargetAddress and targetgroup.Group. Labels must have the
// form that Prometheus 2 knows.
func verifyTargets(job scrapeConfig) error {
	var problems []error
	addresses := 0
	for _, group := range job.StaticConfigs {
		for _, address := range group.Targets {
			addresses++
			host, port, err := net.SplitHostPort(address)
			number, _ := strconv.ParseUint(port, 10, 16)
			if err != nil || host == "" || number == 0 {
				problems = append(problems, fmt.Errorf("%s: %q is not host:port", job.JobName, address))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(group.Labels)) {
			if !model.LegacyValidation.IsValidLabelName(name) || group.Labels[name] == "" {
				problems = append(problems, fmt.Errorf("%s: label %s=%q cannot be set", job.JobName, name, group.Labels[name]))
			}
		}
	}
	if addresses == 0 {
		problems = append(problems, fmt.Errorf("%s scrapes nothing", job.JobName))
	}
	return errors.Join(problems...)
}

func checkDuration(field, text string) error {
	d, err := model.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	if d == 0 {
		return fmt.Errorf("%s is zero", field)
	}
	return nil
}
