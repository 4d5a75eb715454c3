package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a running Prometheus or Alertmanager.
type server struct {
	address string // of its API, such as http://127.0.0.1:43215
	log     *bytes.Buffer
}

// Ports that are given to servers lie below those that the kernel takes for outgoing connections (Linux: 32768), of which there
// are many at once in these tests: one of them could take a port before its server has started.
const firstPort, lastPort = 10000, 32767

var given struct {
	sync.Mutex
	ports map[int]bool
}

// freeAddress is host:port on the loopback interface that nobody listens on, and that is given only once.
func freeAddress(t *testing.T) string {
	t.Helper()
	given.Lock()
	defer given.Unlock()
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if given.ports[port] {
			continue
		}
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		if given.ports == nil {
			given.ports = map[int]bool{}
		}
		given.ports[port] = true
		return listener.Addr().String()
	}
	t.Fatal("no port is free")
	return ""
}

// start runs Prometheus, Alertmanager or one that takes their flag, in a folder.
func start(t *testing.T, dir, program string, arguments ...string) server {
	t.Helper()
	address := freeAddress(t)
	return startAt(t, address, "/-/ready", dir, program, append(arguments, "--web.listen-address="+address)...)
}

// startAt runs a program in a folder until the test ends, and waits until it says that it is ready. The arguments tell it the address.
func startAt(t *testing.T, address, ready, dir, program string, arguments ...string) server {
	t.Helper()
	s := server{address: "http://" + address, log: &bytes.Buffer{}}
	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir, command.Stdout, command.Stderr = dir, s.log, s.log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = time.Minute
	if err := command.Start(); err != nil {
		stop()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // the log says why it ended
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if t.Failed() {
			t.Logf("%s printed:\n%s", filepath.Base(program), s.log)
		}
	})
	within(t, patience, func() error {
		select {
		case <-ended:
			t.Fatalf("%s %q ended", program, arguments)
		default:
		}
		return s.get(ready, nil)
	})
	return s
}

// get asks the server; into is nil where the answer does not matter.
func (s server) get(path string, into any) error {
	response, err := http.Get(s.address + path)
	return answer(response, err, into)
}

func (s server) post(path string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	response, err := http.Post(s.address+path, "application/json", bytes.NewReader(body))
	return answer(response, err, nil)
}

func answer(response *http.Response, err error, into any) error {
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// patience is how long anything is waited for. It is far more than even a busy machine needs: how long something takes is no matter of
// these tests.
const patience = 5 * time.Minute

// within asks again and again until there is no error.
func within(t *testing.T, limit time.Duration, ask func() error) {
	t.Helper()
	end := time.Now().Add(limit)
	for {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after %v: %v", limit, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
