package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/prometheus/common/model"
)

// config says what is read from Cost Explorer and under which name it is exposed. Belfry generates it from the source of
// a metric, as exporter/<name>/config.json; it holds no secret.
type config struct {
	// Metric is the name of the gauge, as the spec declares it.
	Metric string `json:"metric"`
	Help   string `json:"help"`
	// Currency is what Cost Explorer must bill in, such as USD. An answer in another one is an error.
	Currency string `json:"currency"`
	// Cost is the metric of Cost Explorer, such as UnblendedCost.
	Cost string `json:"cost"`
	// GroupBy is the dimension that the cost is divided by, such as SERVICE; empty for one figure.
	GroupBy string `json:"groupBy,omitempty"`
	// Label is the gauge's label that holds the group; empty where GroupBy is.
	Label string `json:"label,omitempty"`
	// MaxGroups is how many values the label may have; the smallest costs above it are added up as "other".
	MaxGroups int `json:"maxGroups,omitempty"`
	// Tags narrow the cost to resources that have, for each key, one of the values.
	Tags map[string][]string `json:"tags,omitempty"`
	// Refresh is how often Cost Explorer is asked, which it bills.
	Refresh duration `json:"refresh"`
}

// duration is a Prometheus duration such as "6h".
type duration time.Duration

// UnmarshalJSON reads "6h".
func (d *duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := model.ParseDuration(text)
	*d = duration(parsed)
	return err
}

// shortestRefresh bounds what a mistake may cost: at an hour, a dimension with one page costs 24 cents a day.
const shortestRefresh = time.Hour

// readConfig reads a configuration strictly: a field that is not known would be a setting that does nothing. The second
// result names the question that it asks, so that an answer to another one is not taken for its.
func readConfig(path string) (config, string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return config{}, "", err
	}
	var c config
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return config{}, "", fmt.Errorf("%s: %w", path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return config{}, "", fmt.Errorf("%s: there is more than one object in it", path)
	}
	if err := c.check(); err != nil {
		return config{}, "", fmt.Errorf("%s: %w", path, err)
	}
	return c, c.question(), nil
}

func (c config) check() error {
	switch {
	case !model.LegacyValidation.IsValidMetricName(c.Metric):
		return fmt.Errorf("metric %q is not a name that a metric can have", c.Metric)
	case c.Cost == "" || c.Currency == "":
		return errors.New("cost and currency must be given, such as UnblendedCost and USD")
	case (c.GroupBy == "") != (c.Label == ""):
		return errors.New("groupBy and label need each other")
	case c.Label != "" && !model.LegacyValidation.IsValidLabelName(c.Label):
		return fmt.Errorf("label %q is not a name that a label can have", c.Label)
	case c.Label != "" && c.MaxGroups < 1:
		return errors.New("maxGroups must be at least 1 where there is a label")
	case time.Duration(c.Refresh) < shortestRefresh:
		return fmt.Errorf("refresh is %v, and Cost Explorer bills each request: ask at most every %v", time.Duration(c.Refresh), shortestRefresh)
	}
	return nil
}

// question is equal for configurations to which one answer of Cost Explorer is the answer. How it is exposed, and how
// often it is asked, may change without asking anew.
func (c config) question() string {
	text, _ := json.Marshal(struct { // strings and maps of strings: it cannot fail
		Cost, Currency, GroupBy string
		Tags                    map[string][]string
	}{c.Cost, c.Currency, c.GroupBy, c.Tags})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
