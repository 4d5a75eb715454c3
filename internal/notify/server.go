package notify

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// server is whom every integration speaks to. HTTP runs over pipes inside this process: no socket is opened, whatever the address
// says, so that nothing can leave the machine. Mail is the exception, because its notifier dials for itself; it gets a socket of
// the loopback interface.
type server struct {
	http  *http.Server
	pipes *pipes
	mail  *mailServer
}

// request is what an integration has sent.
type request struct {
	method string
	body   []byte
}

// mailbox collects what one integration sends.
type mailbox struct {
	mutex    sync.Mutex
	requests []request
	warnings []string // that the notifier logged
}

func (m *mailbox) put(r request) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.requests = append(m.requests, r)
}

func (m *mailbox) warn(text string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.warnings = append(m.warnings, text)
}

// take empties the mailbox.
func (m *mailbox) take() ([]request, []string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	requests, warnings := m.requests, m.warnings
	m.requests, m.warnings = nil, nil
	return requests, warnings
}

// answer is what all services of the integrations take for a success.
const answer = `{"ok": true, "success": true, "status": 1, "errcode": 0, "access_token": "belfry", "id": "1", "key": "B-1", "issues": [],
"result": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}`

// mailboxKey is the mailbox of a connection in the context of its requests.
type mailboxKey struct{}

func newServer() *server {
	s := &server{pipes: &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}}
	s.http = &http.Server{
		ReadHeaderTimeout: deadline,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if box, ok := r.Context().Value(mailboxKey{}).(*mailbox); ok && err == nil {
				if len(body) == 0 {
					body = []byte(r.URL.RawQuery) // Pushover's messages are there
				}
				box.put(request{r.Method, body})
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		}),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			if encrypted, ok := conn.(*tls.Conn); ok {
				conn = encrypted.NetConn()
			}
			return context.WithValue(ctx, mailboxKey{}, conn.(pipeEnd).box)
		},
	}
	go func() { _ = s.http.Serve(s.pipes) }()
	return s
}

// dialer connects an integration with the server, whatever the address.
func (s *server) dialer(box *mailbox) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		here, there := net.Pipe()
		var accepted net.Conn = pipeEnd{there, box}
		if strings.HasSuffix(address, ":443") {
			certificate, err := selfSigned()
			if err != nil {
				return nil, err
			}
			accepted = tls.Server(accepted, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
		}
		select {
		case s.pipes.waiting <- accepted:
			return here, nil
		case <-s.pipes.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// mailAddress is where mail goes; the server for it starts with the first that asks.
func (s *server) mailAddress() (net.Addr, error) {
	if s.mail == nil {
		started, err := newMailServer()
		if err != nil {
			return nil, err
		}
		s.mail = started
	}
	return s.mail.listener.Addr(), nil
}

func (s *server) close() error {
	err := s.http.Close()
	if s.mail != nil {
		err = errors.Join(err, s.mail.close())
	}
	return err
}

// pipeEnd is the server's end of a connection, with the mailbox of whom it belongs to.
type pipeEnd struct {
	net.Conn
	box *mailbox
}

// pipes is a listener whose connections come from dialer.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.waiting:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "belfry", Net: "pipe"} }

// selfSigned is a certificate for the integrations whose https address cannot be configured.
var selfSigned = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, err
})
