package notify

import (
	"bytes"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"
)

// mailServer takes mail on the loopback interface, one message at a time, as the little of SMTP that Alertmanager speaks asks for
// (RFC 5321, section 4.5.1).
type mailServer struct {
	listener net.Listener
	mutex    sync.Mutex
	message  []byte // the last that came
}

func newMailServer() (*mailServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &mailServer{listener: listener}
	go s.serve()
	return s, nil
}

func (s *mailServer) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		go s.converse(conn)
	}
}

// converse speaks with one client until it leaves. What it says has no consequence but the message.
func (s *mailServer) converse(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(deadline))
	text := textproto.NewConn(conn)
	reply := text.PrintfLine("220 belfry")
	for reply == nil {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "DATA":
			if reply = text.PrintfLine("354 go on"); reply != nil {
				return
			}
			message, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			s.keep(message)
			reply = text.PrintfLine("250 taken")
		case "QUIT":
			_ = text.PrintfLine("221 bye")
			return
		default:
			reply = text.PrintfLine("250 fine")
		}
	}
}

func (s *mailServer) keep(message []byte) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.message = message
}

// take is the message that came last, without what differs each time.
func (s *mailServer) take() []byte {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	message := s.message
	s.message = nil
	return bytes.Clone(message)
}

func (s *mailServer) close() error { return s.listener.Close() }
