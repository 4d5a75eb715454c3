package remote_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/remote"
)

// patient waits long enough for a busy machine.
const patient = 2 * time.Minute

// put writes a file and returns its path.
func put(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func answers(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// get asks a Prometheus for something.
func get(t *testing.T, access remote.Access, address string) error {
	t.Helper()
	client, err := access.Client(address, "Prometheus")
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	return client.Get(t.Context(), "/api/v1/rules", &answer)
}

// requireError wants an error of one line about the server, which ends with what is said.
func requireError(t *testing.T, err error, address, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "Prometheus at "+address+": "+says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got  %v\nwant …%s", err, says)
	}
}

func TestWhatAServerAnswersInsteadIsExplained(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"no credentials":    {answers(401, "who?"), "it wants to know who asks (401 Unauthorized): give --bearer-token-file, --basic-auth-file or --cert-file"},
		"wrong credentials": {answers(403, "no"), "who asks may not do that (403 Forbidden): give other credentials"},
		"another program":   {answers(404, "404 page not found"), "it has no /api/v1/rules (404 Not Found): this is not Prometheus, is older than Belfry supports, or is served under a path that the address lacks"},
		"a page to log in":  {answers(200, "<html>Log in</html>"), "it answers, but not with what Prometheus says: is it another program, or a page to log in?"},
		"a redirect away":   {redirect("https://sso.example.com/login?state=abc"), "it sends to https://sso.example.com/login (302 Found), and redirects to elsewhere are not followed"},
		"a loop":            {redirect("/api/v1/rules"), "it sends to http://"},
		"an overload":       {answers(503, "try later\nat ten"), "it answers 503 Service Unavailable: try later"},
		"an API's failure":  {answers(422, `{"status":"error","error":"rules are not there"}`), "it answers 422 Unprocessable Entity: rules are not there"},
		"a failure as JSON": {answers(400, `"bad label"`), "it answers 400 Bad Request: bad label"},
		"a silent failure":  {answers(500, ""), "it answers 500 Internal Server Error: without a word"},
		"a terminal's bell": {answers(500, "\x1b[2J\ahello"), "it answers 500 Internal Server Error: [2Jhello"},
		"half an answer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"status":`)
		}, "the connection broke off: try again"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, test.handler)
			requireError(t, get(t, remote.Access{Timeout: patient}, server.URL), server.URL, test.says)
		})
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestAServerThatIsNotThereIsNamed(t *testing.T) {
	const nobody = "http://127.0.0.1:1" // a port that was free a moment ago might be somebody's again
	requireError(t, get(t, remote.Access{Timeout: patient}, nobody+"/"), nobody, "nothing listens there: ")
}

func TestAServerThatDoesNotAnswerEndsWithTheTimeout(t *testing.T) {
	ended := make(chan struct{})
	silent := serve(t, func(http.ResponseWriter, *http.Request) { <-ended })
	slow := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		<-ended
	})
	t.Cleanup(func() { close(ended) })
	for _, server := range []*httptest.Server{silent, slow} {
		requireError(t, get(t, remote.Access{Timeout: 50 * time.Millisecond}, server.URL), server.URL, "no answer within 50ms: is it the right address? --timeout gives it longer")
	}
}

func TestStoppingIsNoFailureOfTheNetwork(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	client, err := remote.Access{Timeout: patient}.Client(serve(t, answers(200, "{}")).URL, "Prometheus")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Get(ctx, "", new(any)); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestAnAnswerHasALimit(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<20)
		for range 129 {
			_, _ = w.Write(block)
		}
	})
	requireError(t, get(t, remote.Access{Timeout: patient}, server.URL), server.URL, "the answer is longer than 128 MiB")
}

func TestOverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) == 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "{}")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := put(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	pair := server.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert := put(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})))
	private := put(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	plain := serve(t, answers(200, "{}"))

	for _, test := range []struct {
		access        remote.Access
		address, says string
	}{
		{remote.Access{}, server.URL, "an unknown authority signed its certificate: name that authority's certificate with --ca-file"},
		{remote.Access{CAFile: ca}, server.URL, "it wants to know who asks (401 Unauthorized)"},
		{remote.Access{CAFile: ca}, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "its certificate does not fit: certificate is valid for example.com, *.example.com, not localhost: use an address that it is for"},
		{remote.Access{}, strings.Replace(plain.URL, "http:", "https:", 1), "it does not speak TLS: write http:// instead of https://"},
		{remote.Access{}, strings.Replace(server.URL, "https:", "http:", 1), "it speaks TLS: write https:// instead of http://"},
	} {
		test.access.Timeout = patient
		requireError(t, get(t, test.access, test.address), test.address, test.says)
	}
	if err := get(t, remote.Access{Timeout: patient, CAFile: ca, CertFile: cert, KeyFile: private}, server.URL); err != nil {
		t.Error(err)
	}
}

func TestCredentialsAreReadFromFilesAndSent(t *testing.T) {
	var got []string
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+" "+r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, "{}")
	})
	for address, access := range map[string]remote.Access{
		"/":               {TokenFile: put(t, "token", "abc\n")},
		"/behind/api/v1/": {BasicAuthFile: put(t, "auth", "me:pass:word\n")},
	} {
		access.Timeout = patient
		if err := get(t, access, server.URL+address); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(got)
	if want := []string{"/api/v1/rules Bearer abc", "/behind/api/v1/rules Basic bWU6cGFzczp3b3Jk"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCredentialsGoNowhereElse follows a redirect on the same server alone, and sends nothing a second time.
func TestCredentialsGoNowhereElse(t *testing.T) {
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was asked, with %q", r.Method, r.URL, r.Header.Get("Authorization"))
	})
	posts := 0
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			posts++
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
		case r.URL.Path == "/metrics":
			http.Redirect(w, r, "/metrics/", http.StatusTemporaryRedirect)
		case r.URL.Path == "/metrics/":
			fmt.Fprintf(w, "%s for %s", r.Header.Get("Authorization"), r.Header.Get("Accept"))
		default:
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}
	})
	access := remote.Access{Timeout: patient, TokenFile: put(t, "token", "abc\n")}
	answer, err := access.Fetch(t.Context(), server.URL+"/metrics?a=b", "text/plain")
	if err != nil || string(answer) != "Bearer abc for text/plain" {
		t.Errorf("got %q, %v", answer, err)
	}
	if _, err := access.Fetch(t.Context(), server.URL+"/other", "*/*"); err == nil || !strings.Contains(err.Error(), "redirects to elsewhere are not followed") {
		t.Errorf("got %v", err)
	}
	client, err := access.Client(server.URL, "Alertmanager")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Post(t.Context(), "/api/v2/alerts", []string{}); err == nil || posts != 1 {
		t.Errorf("%d posts, %v", posts, err)
	}
}

func TestAProgramWithoutMetricsIsAskedWhereTheyAre(t *testing.T) {
	server := serve(t, answers(404, ""))
	_, err := remote.Access{Timeout: patient}.Fetch(t.Context(), server.URL, "*/*")
	if want := server.URL + ": there is nothing at this path (404 Not Found): where does the program expose its metrics?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAccessThatCannotWorkIsRefused(t *testing.T) {
	token := put(t, "token", "abc\n")
	for says, test := range map[string]struct {
		access  remote.Access
		address string
	}{
		`"localhost:9090" is no address`:                {remote.Access{}, "localhost:9090"},
		`"…@host" is no address`:                        {remote.Access{}, "me:secret@host"},
		`"…@x/" is no address`:                          {remote.Access{}, "http://a b:secret@x/"},
		`"ftp://host" is no address`:                    {remote.Access{}, "ftp://host"},
		"--basic-auth-file":                             {remote.Access{}, "https://me:secret@host"},
		"without ? and #":                               {remote.Access{}, "https://host/?a=b"},
		"--cert-file and --key-file belong":             {remote.Access{CertFile: token}, "https://host"},
		"not both":                                      {remote.Access{TokenFile: token, BasicAuthFile: token}, "https://host"},
		"--ca-file: open " + token + "x: no such file":  {remote.Access{CAFile: token + "x"}, "https://host"},
		"--bearer-token-file: open /nowhere: no such":   {remote.Access{TokenFile: "/nowhere"}, "https://host"},
		"no colon between user":                         {remote.Access{BasicAuthFile: token}, "https://host"},
		"one line is wanted, with the secret alone":     {remote.Access{TokenFile: put(t, "two", "a\nb\n")}, "https://host"},
		"--bearer-token-file: " + token + "e: one line": {remote.Access{TokenFile: empty(t, token+"e")}, "https://host"},
		"unable to use specified CA cert file " + token: {remote.Access{CAFile: token}, "https://host"},
		"unable to use specified client cert":           {remote.Access{CertFile: token, KeyFile: token}, "https://host"},
	} {
		_, err := test.access.Client(test.address, "Prometheus")
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret@") || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func empty(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
