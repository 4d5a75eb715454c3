package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// answerLimit is how much of an answer is read: sixty thousand rules are less than half of it.
const answerLimit = 128 << 20

// Client asks one server.
type Client struct {
	base    *url.URL // without a trailing slash
	program string   // what should answer; empty where any may
	http    *http.Client
	timeout time.Duration
}

// Address is where the server is.
func (c *Client) Address() string { return c.base.String() }

// String names the server: Prometheus at http://localhost:9090.
func (c *Client) String() string {
	if c.program == "" {
		return c.Address()
	}
	return c.program + " at " + c.Address()
}

// Get asks for a path, which may have a query, and decodes the JSON that is answered.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	answer, err := c.do(ctx, http.MethodGet, path, "application/json", nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return c.say("it answers, but not with what "+c.program+" says", "is it another program, or a page to log in?")
	}
	return nil
}

// Post sends a value as JSON to a path. What is answered, beyond that it worked, is left out.
func (c *Client) Post(ctx context.Context, path string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON for %s: %w", c, err)
	}
	_, err = c.do(ctx, http.MethodPost, path, "application/json", body)
	return err
}

// Fetch asks for an address, which may have a query, in one of the accepted formats: the value of an Accept header.
func (a Access) Fetch(ctx context.Context, address, accept string) ([]byte, error) {
	base, err := parse(address)
	if err != nil {
		return nil, err
	}
	client, err := a.client(base, "")
	if err != nil {
		return nil, err
	}
	return client.do(ctx, http.MethodGet, "", accept, nil)
}

// do sends one request and reads the whole answer.
func (c *Client) do(ctx context.Context, method, path, accept string, body []byte) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, c.timeout)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, method, c.Address()+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", c, err)
	}
	request.Header.Set("Accept", accept)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return nil, c.refused(response)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerLimit+1))
	switch {
	case err != nil:
		return nil, c.unreachable(err)
	case len(answer) > answerLimit:
		return nil, c.say(fmt.Sprintf("the answer is longer than %d MiB", answerLimit>>20), "is it the right address?")
	}
	return answer, nil
}
