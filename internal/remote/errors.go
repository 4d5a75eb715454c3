package remote

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
	"strings"
	"syscall"
	"unicode"
)

// say makes an error of what is in the way, and what to do.
func (c *Client) say(what, todo string) error { return fmt.Errorf("%s: %s: %s", c, what, todo) }

// unreachable says why there is no answer.
func (c *Client) unreachable(err error) error {
	var (
		operation *net.OpError
		lookup    *net.DNSError
		wrapped   *url.Error
	)
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the request, which the error names already
	}
	if told := c.insecure(err); told != nil {
		return told
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return c.say(fmt.Sprintf("no answer within %s", c.timeout), "is it the right address? --timeout gives it longer")
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		return c.say("the proxy cannot be reached: "+operation.Err.Error(), "see the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY")
	case errors.As(err, &lookup):
		return c.say("the name "+lookup.Name+" cannot be resolved", "correct it, or run this where it is known")
	case errors.Is(err, syscall.ECONNREFUSED):
		return c.say("nothing listens there", "is the port right, and forwarded, as with kubectl port-forward?")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return c.say("the connection broke off", "try again, and see the server's log")
	}
	return c.say(err.Error(), "check the address and the network")
}

// insecure explains what is wrong with TLS; nil where that is not it.
func (c *Client) insecure(err error) error {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		plain     tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority):
		return c.say("an unknown authority signed its certificate", "name that authority's certificate with --ca-file")
	case errors.As(err, &name):
		return c.say("its certificate does not fit: "+withoutPackage(name), "use an address that it is for")
	case errors.As(err, &invalid):
		return c.say("its certificate is not valid: "+withoutPackage(invalid), "renew it")
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &plain):
		return c.say("it does not speak TLS", "write http:// instead of https://")
	case errors.As(err, &alert):
		return c.say("it refuses the TLS connection: "+alert.Error(), "it may want a certificate: --cert-file and --key-file")
	}
	return nil
}

// withoutPackage is an error without the name of the package that it is from.
func withoutPackage(err error) string { return strings.TrimPrefix(err.Error(), "x509: ") }

// refused explains an answer that is no success.
func (c *Client) refused(response *http.Response) error {
	status, path := response.Status, response.Request.URL.Path
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		return c.say("it wants to know who asks ("+status+")", "give --bearer-token-file, --basic-auth-file or --cert-file")
	case code == http.StatusForbidden:
		return c.say("who asks may not do that ("+status+")", "give other credentials: --bearer-token-file, --basic-auth-file or --cert-file")
	case code/100 == 3:
		return c.say("it sends to "+target(response)+" ("+status+"), and redirects to elsewhere are not followed", "give the address that is meant")
	case code == http.StatusNotFound, code == http.StatusMethodNotAllowed, code == http.StatusGone:
		if c.program == "" {
			return c.say("there is nothing at this path ("+status+")", "where does the program expose its metrics?")
		}
		return c.say(fmt.Sprintf("it has no %s (%s)", path, status),
			fmt.Sprintf("this is not %s, is older than Belfry supports, or is served under a path that the address lacks", c.program))
	}
	said := message(response.Body)
	if response.StatusCode == http.StatusBadRequest && strings.Contains(said, "HTTPS server") { // net/http, Server
		return c.say("it speaks TLS", "write https:// instead of http://")
	}
	return fmt.Errorf("%s: it answers %s: %s", c, status, said)
}

// target is where a redirect leads, without what may be a secret in it.
func target(response *http.Response) string {
	to, err := response.Location()
	if err != nil {
		return "nowhere"
	}
	return (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
}

// message is the first line of what a server says of a failure, in a readable length. Alertmanager answers a JSON string,
// Prometheus an object.
func message(body io.Reader) string {
	const most, enough = 200, 1 << 16
	content, _ := io.ReadAll(io.LimitReader(body, enough)) // what there is of it
	text := string(content)
	var object struct{ Error string }
	if json.Unmarshal(content, &object) == nil && object.Error != "" {
		text = object.Error
	} else if json.Unmarshal(content, &text) != nil {
		text = string(content)
	}
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	text = strings.Map(printable, text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	if text == "" {
		return "without a word"
	}
	return text
}

// printable keeps what does nothing to a terminal.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}
