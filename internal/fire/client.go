package fire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	commoncfg "github.com/prometheus/common/config"
)

// Connection says how to reach an Alertmanager.
type Connection struct {
	URL                string // with the path under which it is served
	Timeout            time.Duration
	BearerTokenFile    string
	CAFile             string
	CertFile, KeyFile  string
	InsecureSkipVerify bool
}

// Client speaks to one Alertmanager.
type Client struct {
	base    *url.URL
	http    *http.Client
	timeout time.Duration
}

// NewClient checks what is said of the connection. It sends nothing yet.
func NewClient(c Connection) (*Client, error) {
	base, err := parseAddress(c.URL)
	if err != nil {
		return nil, err
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		return nil, errors.New("--cert-file and --key-file belong together: give both or none")
	}
	config := commoncfg.HTTPClientConfig{
		FollowRedirects: true, EnableHTTP2: true, ProxyConfig: commoncfg.ProxyConfig{ProxyFromEnvironment: true},
		TLSConfig: commoncfg.TLSConfig{CAFile: c.CAFile, CertFile: c.CertFile, KeyFile: c.KeyFile, InsecureSkipVerify: c.InsecureSkipVerify},
	}
	for flag, file := range map[string]string{"--bearer-token-file": c.BearerTokenFile, "--ca-file": c.CAFile, "--cert-file": c.CertFile, "--key-file": c.KeyFile} {
		if err := readable(flag, file); err != nil {
			return nil, err
		}
	}
	if c.BearerTokenFile != "" {
		config.Authorization = &commoncfg.Authorization{Type: "Bearer", CredentialsFile: c.BearerTokenFile}
	}
	if user := base.User; user != nil {
		password, _ := user.Password()
		if config.Authorization != nil {
			return nil, errors.New("the address has a user and --bearer-token-file is given: leave out one of them")
		}
		config.BasicAuth = &commoncfg.BasicAuth{Username: user.Username(), Password: commoncfg.Secret(password)}
		base.User = nil
	}
	client, err := commoncfg.NewClientFromConfig(config, "belfry")
	if err != nil {
		return nil, fmt.Errorf("connection to Alertmanager: %w", err)
	}
	return &Client{base: base, http: client, timeout: c.Timeout}, nil
}

// parseAddress reads the address of an Alertmanager, with or without the path of its API.
func parseAddress(text string) (*url.URL, error) {
	const example = "write it like http://localhost:9093"
	base, err := url.Parse(text)
	if err != nil { // the error would quote a password
		return nil, errors.New("--alertmanager is no address: " + example)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("--alertmanager %q is no address: %s", base.Redacted(), example)
	}
	base.Path = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/"), "/api/v2")
	base.RawQuery, base.Fragment = "", ""
	return base, nil
}

// readable reports a file of a flag that cannot be read or is empty.
func readable(flag, file string) error {
	if file == "" {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return fmt.Errorf("%s: %s is empty", flag, file)
	}
	return nil
}

// Address is where the Alertmanager is, without a password.
func (c *Client) Address() string { return c.base.String() }

// Status is what an Alertmanager says of itself.
type Status struct {
	Version string
	Config  string // that it runs with, secrets left out
}

// Status asks for the version and the configuration.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var answer struct {
		Config  struct{ Original string }
		Version *struct{ Version string } `json:"versionInfo"`
	}
	if err := c.do(ctx, http.MethodGet, "/api/v2/status", nil, &answer); err != nil {
		return Status{}, err
	}
	if answer.Version == nil {
		return Status{}, fmt.Errorf("%s answers, but not as an Alertmanager: is this the right address?", c.Address())
	}
	return Status{answer.Version.Version, answer.Config.Original}, nil
}

// Send gives alerts to the Alertmanager.
func (c *Client) Send(ctx context.Context, alerts ...Alert) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return fmt.Errorf("write an alert as JSON: %w", err)
	}
	return c.do(ctx, http.MethodPost, "/api/v2/alerts", body, nil)
}

// Find asks for the alert with exactly these labels. It is nil where the Alertmanager does not have it. All are the alerts that it
// has.
func (c *Client) Find(ctx context.Context, labels map[string]string) (found *Held, all []Held, err error) {
	if err := c.do(ctx, http.MethodGet, "/api/v2/alerts", nil, &all); err != nil {
		return nil, nil, err
	}
	for i := range all {
		if maps.Equal(all[i].Labels, labels) {
			return &all[i], all, nil
		}
	}
	return nil, all, nil
}

// do sends one request and reads the answer, if one is wanted.
func (c *Client) do(ctx context.Context, method, path string, body []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: %w", c.Address(), err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return c.unreached(err)
	}
	defer response.Body.Close()
	const most = 64 << 20
	content, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return c.unreached(err)
	}
	if response.StatusCode/100 != 2 {
		return c.refused(path, response.StatusCode, content)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(content, answer); err != nil {
		return fmt.Errorf("%s answers, but not as an Alertmanager: is this the right address?", c.Address())
	}
	return nil
}
