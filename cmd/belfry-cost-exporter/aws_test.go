package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
)

// credentials of the tests.
var credentials = aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret-example", SessionToken: "session-example"}

// question is the body of GetCostAndUsage as it comes over the wire.
type question struct {
	TimePeriod struct{ Start, End string }
	Granularity,
	NextPageToken string
	Metrics []string
	GroupBy []struct{ Type, Key string }
	Filter  json.RawMessage
}

// costExplorer speaks the protocol of Cost Explorer on the loopback interface: AWS JSON 1.1, signed by version 4.
type costExplorer struct {
	*httptest.Server
	mutex     sync.Mutex
	questions []question
	problems  []string // requests that AWS would have refused
}

// reply is what to answer: a status and the body, as an object.
type reply struct {
	status int
	body   any
}

// listen starts a Cost Explorer that answers the request of a number, from 0.
func listen(t *testing.T, answer func(n int, q question) reply) *costExplorer {
	t.Helper()
	c := &costExplorer{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client is gone
		}
		var q question
		c.mutex.Lock()
		if problem := refuse(r, body, &q); problem != "" {
			c.problems = append(c.problems, problem)
		}
		n := len(c.questions)
		c.questions = append(c.questions, q)
		c.mutex.Unlock()
		out := answer(n, q)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(out.status)
		_ = json.NewEncoder(w).Encode(out.body)
	}))
	t.Cleanup(func() {
		c.Close()
		for _, problem := range c.problems {
			t.Errorf("AWS would refuse the request: %s", problem)
		}
	})
	return c
}

func (c *costExplorer) asked() []question {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return append([]question(nil), c.questions...)
}

// refuse says what is wrong with a request: the operation, the body, or the signature, which is made again by the SDK's own
// signer from the same secret.
func refuse(r *http.Request, body []byte, q *question) string {
	if got := r.Header.Get("X-Amz-Target"); r.Method != http.MethodPost || r.URL.Path != "/" || got != "AWSInsightsIndexService.GetCostAndUsage" {
		return fmt.Sprintf("it calls %s %s %q", r.Method, r.URL.Path, got)
	}
	if got := r.Header.Get("Content-Type"); got != "application/x-amz-json-1.1" {
		return "its content type is " + got
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(q); err != nil {
		return err.Error()
	}
	given := r.Header.Get("Authorization")
	_, list, _ := strings.Cut(given, "SignedHeaders=")
	list, _, _ = strings.Cut(list, ",")
	signed := strings.Split(list, ";")
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	for _, name := range signed {
		if name != "host" && name != "content-length" {
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || time.Since(at).Abs() > 15*time.Minute {
		return "its date is " + r.Header.Get("X-Amz-Date")
	}
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, again, hex.EncodeToString(hash[:]), "ce", "us-east-1", at); err != nil {
		return err.Error()
	}
	if want := again.Header.Get("Authorization"); given != want {
		return fmt.Sprintf("its signature is\n%s, want\n%s", given, want)
	}
	return ""
}

// object is a piece of JSON.
type object = map[string]any

// amount is a figure as AWS writes it.
func amount(text string) object {
	return object{"UnblendedCost": object{"Amount": text, "Unit": "USD"}}
}

// group is the cost of one service.
func group(name, text string) object {
	return object{"Keys": []string{name}, "Metrics": amount(text)}
}

// page answers with groups for the period that was asked about; next is empty on the last one.
func page(q question, next string, groups ...object) reply {
	body := object{
		"GroupDefinitions": []object{{"Type": "DIMENSION", "Key": "SERVICE"}},
		"ResultsByTime": []object{{
			"TimePeriod": object{"Start": q.TimePeriod.Start, "End": q.TimePeriod.End}, "Estimated": true, "Total": object{}, "Groups": groups,
		}},
	}
	if next != "" {
		body["NextPageToken"] = next
	}
	return reply{http.StatusOK, body}
}

// failure answers as AWS does.
func failure(status int, code string) reply {
	return reply{status, object{"__type": code, "message": "it did not work"}}
}

// byService is a configuration such as the reference's.
var byService = config{
	Metric: "cost_dollars", Help: "Cost.", Currency: "USD", Cost: "UnblendedCost", GroupBy: "SERVICE", Label: "service", MaxGroups: 30,
	Refresh: duration(6 * time.Hour),
}

// explorerOf asks the server, without waiting long between attempts.
func explorerOf(t *testing.T, c *costExplorer, asked config) *explorer {
	t.Helper()
	withCredentials(t)
	client, err := newClient(t.Context(), c.URL, func() {}, func(o *costexplorer.Options) { o.Retryer = quick{o.Retryer} })
	if err != nil {
		t.Fatal(err)
	}
	return &explorer{client, asked}
}

// withCredentials puts the credentials where the SDK looks first, and keeps it from looking elsewhere.
func withCredentials(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": credentials.SessionToken, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
}

// quick decides as the SDK's retryer does, and waits a thousandth of its time.
type quick struct{ aws.Retryer }

// RetryDelay shortens the delay, and refuses one that is not there.
func (q quick) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, err := q.Retryer.RetryDelay(attempt, err)
	return delay / 1000, err
}

var quiet = slog.New(slog.DiscardHandler)
