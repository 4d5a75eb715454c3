package remote

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// nobody is the network where nobody knows the host: whether there is a resolver, and what it says of names that nobody has, depends
// on where the test runs.
type nobody struct{}

func (nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
}

func TestAHostThatNobodyKnowsIsNamed(t *testing.T) {
	client, err := Access{Timeout: time.Minute}.Client("http://nowhere.invalid", "Prometheus")
	if err != nil {
		t.Fatal(err)
	}
	client.http.Transport = nobody{}
	const want = "Prometheus at http://nowhere.invalid: the name nowhere.invalid cannot be resolved: "
	if err := client.Get(t.Context(), "/api/v1/rules", new(any)); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s…", err, want)
	}
}
