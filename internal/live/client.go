package live

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/config"
)

// Access says how servers are asked. Secrets are read from files, so that none stands in a shell's history.
type Access struct {
	CAFile            string        // PEM of the authorities that sign the servers' certificates; empty for the system's
	CertFile, KeyFile string        // PEM of the client's certificate and key; both or none
	TokenFile         string        // bearer token
	BasicAuthFile     string        // user:password
	Timeout           time.Duration // of one request
}

// answerLimit is how much of an answer is read: sixty thousand rules are about a tenth of it.
const answerLimit = 512 << 20

// Client asks one server.
type Client struct {
	address string // without a trailing slash
	http    *http.Client
	timeout time.Duration
}

// NewClient returns a client of the server at the address, which may have a path prefix. The error is for the user: an address that
// is none, or a file that cannot be read.
func (a Access) NewClient(address string) (*Client, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "":
		return nil, fmt.Errorf("%q is no address: write one such as http://localhost:9090", withoutUser(address))
	case parsed.User != nil:
		return nil, fmt.Errorf("%s: write the user and password into a file and name it with --basic-auth-file", parsed.Redacted())
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return nil, fmt.Errorf("%s: write the address without ? and #", address)
	}
	settings, err := a.settings()
	if err != nil {
		return nil, err
	}
	client, err := config.NewClientFromConfig(settings, "belfry-drift", config.WithUserAgent("belfry"))
	if err != nil {
		return nil, err
	}
	// A redirect mostly leads to a page to log in, and would take the credentials along.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{strings.TrimRight(address, "/"), client, a.Timeout}, nil
}

// withoutUser hides what may be a password in something that is no address.
func withoutUser(address string) string {
	if at := strings.LastIndex(address, "@"); at >= 0 {
		return "…" + address[at:]
	}
	return address
}

func (a Access) settings() (config.HTTPClientConfig, error) {
	settings := config.HTTPClientConfig{EnableHTTP2: true, ProxyConfig: config.ProxyConfig{ProxyFromEnvironment: true}}
	settings.TLSConfig = config.TLSConfig{CAFile: a.CAFile, CertFile: a.CertFile, KeyFile: a.KeyFile, MinVersion: tls.VersionTLS12}
	if (a.CertFile == "") != (a.KeyFile == "") {
		return settings, errors.New("--cert-file and --key-file belong together: give both")
	}
	if a.TokenFile != "" && a.BasicAuthFile != "" {
		return settings, errors.New("give --bearer-token-file or --basic-auth-file, not both")
	}
	for _, file := range []string{a.CAFile, a.CertFile, a.KeyFile} {
		if err := readable(file); err != nil {
			return settings, err
		}
	}
	switch {
	case a.TokenFile != "":
		token, err := secretFrom(a.TokenFile)
		if err != nil {
			return settings, err
		}
		settings.Authorization = &config.Authorization{Type: "Bearer", Credentials: config.Secret(token)}
	case a.BasicAuthFile != "":
		text, err := secretFrom(a.BasicAuthFile)
		if err != nil {
			return settings, err
		}
		user, password, found := strings.Cut(text, ":")
		if !found {
			return settings, fmt.Errorf("%s: there is no colon between user and password", a.BasicAuthFile)
		}
		settings.BasicAuth = &config.BasicAuth{Username: user, Password: config.Secret(password)}
	}
	return settings, nil
}

func readable(file string) error {
	if file == "" {
		return nil
	}
	_, err := os.ReadFile(file)
	return err
}

// secretFrom reads the one line of a file.
func secretFrom(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(content))
	if text == "" || strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("%s: one line is wanted, with the secret alone", file)
	}
	return text, nil
}

// get asks for a path and decodes the JSON that is answered. The error says what stands at the address, and what to do.
func (c *Client) get(ctx context.Context, path, what string, into any) error {
	ctx, stop := context.WithTimeout(ctx, c.timeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return c.unreachable(err, what)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return c.refused(response, what)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	switch {
	case err != nil:
		return c.unreachable(err, what)
	case len(text) > answerLimit:
		return fmt.Errorf("%s: the answer is longer than %d MiB", c.address, answerLimit>>20)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: the answer is not what %s says: is it another program, or a page to log in?", c.address, what)
	}
	return nil
}

// unreachable explains why there is no answer.
func (c *Client) unreachable(err error, what string) error {
	var (
		authority   x509.UnknownAuthorityError
		name        x509.HostnameError
		invalid     x509.CertificateInvalidError
		certificate *tls.CertificateVerificationError
		lookup      *net.DNSError
		wrapped     *url.Error
	)
	switch {
	case errors.As(err, &authority):
		return fmt.Errorf("%s: an unknown authority signed its certificate: name that authority's certificate with --ca-file", c.address)
	case errors.As(err, &name), errors.As(err, &invalid):
		return fmt.Errorf("%s: its certificate is not valid for this address: %w", c.address, inner(err, &certificate))
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s: it does not speak TLS: write http:// instead of https://", c.address)
	case errors.As(err, &lookup):
		return fmt.Errorf("%s: there is no host of the name %s", c.address, lookup.Name)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: no answer within %s: see --timeout", c.address, c.timeout)
	}
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fmt.Errorf("%s: %s cannot be reached: %w", c.address, what, err)
}

// inner is the verification's own error, without the request that led to it.
func inner(err error, certificate **tls.CertificateVerificationError) error {
	if errors.As(err, certificate) {
		return (*certificate).Err
	}
	return err
}

// refused explains an answer that is not 200.
func (c *Client) refused(response *http.Response, what string) error {
	status := response.Status
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		return fmt.Errorf("%s: it wants to know who asks (%s): give --bearer-token-file, --basic-auth-file or --cert-file", c.address, status)
	case code == http.StatusForbidden:
		return fmt.Errorf("%s: these credentials may not read it (%s)", c.address, status)
	case code >= 300 && code < 400:
		to := response.Header.Get("Location")
		if parsed, err := url.Parse(to); err == nil {
			to = (&url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: parsed.Path}).String()
		}
		return fmt.Errorf("%s: it sends to %s (%s), and redirects are not followed: give the address of %s itself", c.address, to, status, what)
	case code == http.StatusNotFound || code == http.StatusGone:
		return fmt.Errorf("%s: it has no %s (%s): this is not %s, is older than Belfry supports, or has a path prefix that the address lacks",
			c.address, response.Request.URL.Path, status, what)
	}
	return fmt.Errorf("%s: %s answers %s", c.address, what, status)
}
