// Package remote asks servers over HTTP: a Prometheus, an Alertmanager, or a program that exposes metrics. Addresses and the names of
// files with secrets come in; answers go out, or errors that say in words what is in the way and what to do. Nothing else in Belfry
// opens an address.
package remote

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/config"
)

// Access says how servers are asked. Secrets are read from files, so that none stands in a shell's history or in a list of
// processes. The names in errors are those of the flags.
type Access struct {
	CAFile            string        // PEM of the authorities that sign the servers' certificates; empty for the system's
	CertFile, KeyFile string        // PEM of the client's certificate and key; both or none
	TokenFile         string        // bearer token
	BasicAuthFile     string        // user:password
	Timeout           time.Duration // of one request, up to the last byte of its answer
}

// Client returns a client of the server at the address, which may have the path under which it is served, and that of its API behind it.
// The program is what should answer there, such as Prometheus. The error is for the user: an address that is none, or a file that cannot be read.
func (a Access) Client(address, program string) (*Client, error) {
	base, err := parse(address)
	if err != nil {
		return nil, err
	}
	if base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("%s: write the address without ? and #", address)
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.Path = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/api/v1"), "/api/v2")
	return a.client(base, program)
}

func (a Access) client(base *url.URL, program string) (*Client, error) {
	settings, err := a.settings()
	if err != nil {
		return nil, err
	}
	client, err := config.NewClientFromConfig(settings, "belfry", config.WithUserAgent("belfry"))
	if err != nil {
		return nil, fmt.Errorf("--ca-file, --cert-file or --key-file: %w", err) // the error names the file
	}
	client.CheckRedirect = stay
	return &Client{base: base, program: program, http: client, timeout: a.Timeout}, nil
}

// IsAddress reports whether a place is meant as an address, and not as the name of a file.
func IsAddress(place string) bool { return strings.Contains(place, "://") }

func parse(address string) (*url.URL, error) {
	parsed, err := url.Parse(address)
	switch {
	case err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "":
		return nil, fmt.Errorf("%q is no address: write it like http://localhost:9090", withoutUser(address))
	case parsed.User != nil:
		return nil, fmt.Errorf("%s: write the user and password into a file, as user:password, and name it with --basic-auth-file", withoutUser(address))
	}
	return parsed, nil
}

// withoutUser hides what may be a password: the errors of package url would quote it.
func withoutUser(address string) string {
	if at := strings.LastIndex(address, "@"); at >= 0 {
		return "…" + address[at:]
	}
	return address
}

// stay follows a redirect on the same server, as from /metrics to /metrics/. One that leads elsewhere mostly leads to a page to log
// in, and would take the credentials along; what is sent is not sent twice.
func stay(next *http.Request, before []*http.Request) error {
	const most = 5
	first := before[0]
	if first.Method == http.MethodGet && next.URL.Scheme == first.URL.Scheme && next.URL.Host == first.URL.Host && len(before) <= most {
		return nil
	}
	return http.ErrUseLastResponse
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
	for _, named := range []struct{ flag, file string }{{"--ca-file", a.CAFile}, {"--cert-file", a.CertFile}, {"--key-file", a.KeyFile}} {
		if named.file == "" {
			continue
		}
		if _, err := os.ReadFile(named.file); err != nil {
			return settings, fmt.Errorf("%s: %w", named.flag, err)
		}
	}
	switch {
	case a.TokenFile != "":
		token, err := secret("--bearer-token-file", a.TokenFile)
		if err != nil {
			return settings, err
		}
		settings.Authorization = &config.Authorization{Type: "Bearer", Credentials: config.Secret(token)}
	case a.BasicAuthFile != "":
		text, err := secret("--basic-auth-file", a.BasicAuthFile)
		if err != nil {
			return settings, err
		}
		user, password, found := strings.Cut(text, ":")
		if !found {
			return settings, fmt.Errorf("--basic-auth-file: %s: there is no colon between user and password", a.BasicAuthFile)
		}
		settings.BasicAuth = &config.BasicAuth{Username: user, Password: config.Secret(password)}
	}
	return settings, nil
}

// secret reads the one line of a flag's file.
func secret(flag, file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" || strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("%s: %s: one line is wanted, with the secret alone", flag, file)
	}
	return text, nil
}
