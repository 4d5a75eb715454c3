package fire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// unreached says why there is no answer, and what to do.
func (c *Client) unreached(err error) error {
	var (
		noName     *net.DNSError
		unknown    x509.UnknownAuthorityError
		otherHost  x509.HostnameError
		badRecord  tls.RecordHeaderError
		tlsAlert   tls.AlertError
		fromClient *url.Error
	)
	say := func(what, todo string) error {
		return fmt.Errorf("cannot reach Alertmanager at %s: %s: %s", c.Address(), what, todo)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return say(fmt.Sprintf("no answer within %s", c.timeout), "is it the right address? --timeout gives it longer")
	case errors.Is(err, syscall.ECONNREFUSED):
		return say("nothing listens there", "is the port forwarded, as with kubectl port-forward?")
	case errors.As(err, &noName):
		return say("there is no host "+noName.Name, "correct the name, or run this where it is known")
	case errors.As(err, &unknown):
		return say("nobody known has signed its certificate", "give the authority's certificate with --ca-file")
	case errors.As(err, &otherHost):
		return say("its certificate is for another name", "use the name that the certificate has")
	case errors.As(err, &badRecord), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return say("it does not speak TLS", "write http:// in the address")
	case errors.As(err, &tlsAlert):
		return say("it refuses the TLS connection ("+tlsAlert.Error()+")", "it may ask for a certificate: --cert-file and --key-file")
	case errors.As(err, &fromClient):
		return say(fromClient.Err.Error(), "check the address and the network")
	}
	return say(err.Error(), "check the address and the network")
}

// refused says what an answer means that is no success.
func (c *Client) refused(path string, status int, content []byte) error {
	at := fmt.Sprintf("Alertmanager at %s", c.Address())
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%s does not let you in (%d): give a token with --bearer-token-file, or user and password in the address", at, status)
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return fmt.Errorf("there is no %s%s: the address must have the path under which Alertmanager is served, and Alertmanager must be 0.16 or newer", c.Address(), path)
	case http.StatusBadRequest:
		if strings.Contains(string(content), "HTTPS server") {
			return fmt.Errorf("%s speaks TLS: write https:// in the address", at)
		}
		return fmt.Errorf("%s refuses the alert: %s", at, message(content))
	}
	return fmt.Errorf("%s answers %d %s: %s", at, status, http.StatusText(status), message(content))
}

// message is the first line of an answer, which may be a JSON string, in a readable length.
func message(content []byte) string {
	const most = 200
	var text string
	if json.Unmarshal(content, &text) != nil {
		text = string(content)
	}
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	if text == "" {
		return "without a word"
	}
	return text
}
