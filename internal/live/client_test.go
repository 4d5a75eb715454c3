package live

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWhatAServerAnswersInsteadOfRulesIsExplained(t *testing.T) {
	all := outputs(t, shop)
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"no credentials":    {answers(401, "text/plain", "Unauthorized"), "it wants to know who asks (401 Unauthorized): give --bearer-token-file, --basic-auth-file or --cert-file"},
		"wrong credentials": {answers(403, "text/plain", "no"), "these credentials may not read it (403 Forbidden)"},
		"another program":   {answers(404, "text/plain", "404 page not found"), "it has no /api/v1/rules (404 Not Found): this is not Prometheus"},
		"a page to log in":  {answers(200, "text/html", "<html>Log in</html>"), "is it another program, or a page to log in?"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://sso.example.com/login?state=abc", http.StatusFound)
		}, "it sends to https://sso.example.com/login (302 Found), and redirects are not followed"},
		"an overload":  {answers(503, "text/plain", "try later"), "Prometheus answers 503 Service Unavailable"},
		"an API error": {answers(200, "application/json", `{"status":"error","error":"rules are not there"}`), `"rules are not there"`},
		"other JSON":   {answers(200, "application/json", `{}`), "does not list its rules"},
		"half an answer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"status":`))
		}, "Prometheus cannot be reached: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Prometheus(context.Background(), client(t, test.handler), all)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "http://127.0.0.1:") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestAServerThatIsNotThereIsNamed(t *testing.T) {
	// Nobody listens on port 1. One that was free a moment ago might be somebody's again.
	requireError(t, Access{Timeout: patience}, "http://127.0.0.1:1", "http://127.0.0.1:1: Prometheus cannot be reached: dial tcp 127.0.0.1:1: connect: connection refused")
}

func TestAServerThatDoesNotAnswerEndsWithTheTimeout(t *testing.T) {
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-ended }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	requireError(t, Access{Timeout: 50 * time.Millisecond}, server.URL, server.URL+": no answer within 50ms: see --timeout")
}

// requireError asks for rules, and wants an error that holds a text.
func requireError(t *testing.T, access Access, address, want string) {
	t.Helper()
	c, err := access.NewClient(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Prometheus(context.Background(), c, outputs(t, shop)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// put writes a file and returns its path.
func put(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const noRules = `{"status":"success","data":{"groups":[]}}`

func TestOverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(answers(200, "application/json", noRules))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) == 0 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(noRules))
	})
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

	requireError(t, Access{Timeout: patience}, server.URL, "an unknown authority signed its certificate: name that authority's certificate with --ca-file")
	requireError(t, Access{Timeout: patience, CAFile: ca}, server.URL, "it wants to know who asks (401 Unauthorized)")
	requireError(t, Access{Timeout: patience, CAFile: ca}, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "its certificate is not valid for this address")
	requireAnswer(t, Access{Timeout: patience, CAFile: ca, CertFile: cert, KeyFile: private}, server.URL)

	plain := httptest.NewServer(answers(200, "application/json", noRules))
	t.Cleanup(plain.Close)
	requireError(t, Access{Timeout: patience}, strings.Replace(plain.URL, "http:", "https:", 1), "it does not speak TLS: write http:// instead of https://")
}

func requireAnswer(t *testing.T, access Access, address string) {
	t.Helper()
	c, err := access.NewClient(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Prometheus(context.Background(), c, outputs(t, shop)); err != nil {
		t.Error(err)
	}
}

func TestCredentialsAreReadFromFilesAndSent(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		_, _ = w.Write([]byte(noRules))
	}))
	t.Cleanup(server.Close)
	requireAnswer(t, Access{Timeout: patience, TokenFile: put(t, "token", "abc\n")}, server.URL)
	if got != "Bearer abc" {
		t.Errorf("token: %q", got)
	}
	requireAnswer(t, Access{Timeout: patience, BasicAuthFile: put(t, "auth", "me:pass:word\n")}, server.URL+"/")
	if got != "Basic bWU6cGFzczp3b3Jk" {
		t.Errorf("user and password: %q", got)
	}
}

func TestAccessThatCannotWorkIsRefused(t *testing.T) {
	token := put(t, "token", "abc\n")
	for want, test := range map[string]struct {
		access  Access
		address string
	}{
		`"localhost:9090" is no address`:            {Access{}, "localhost:9090"},
		`"…@host" is no address`:                    {Access{}, "me:secret@host"},
		`"ftp://host" is no address`:                {Access{}, "ftp://host"},
		"--basic-auth-file":                         {Access{}, "https://me:secret@host"},
		"without ? and #":                           {Access{}, "https://host/?a=b"},
		"--cert-file and --key-file belong":         {Access{CertFile: token}, "https://host"},
		"not both":                                  {Access{TokenFile: token, BasicAuthFile: token}, "https://host"},
		"no such file or directory":                 {Access{CAFile: token + "x"}, "https://host"},
		"no colon between user":                     {Access{BasicAuthFile: token}, "https://host"},
		"one line is wanted, with the secret alone": {Access{TokenFile: put(t, "two", "a\nb\n")}, "https://host"},
		"unable to use specified CA cert file":      {Access{CAFile: token}, "https://host"},
	} {
		_, err := test.access.NewClient(test.address)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
