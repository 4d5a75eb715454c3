package main

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// exporter is a running belfry-cost-exporter.
type exporter struct {
	command *exec.Cmd
	address string
	log     *bufio.Reader
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "belfry-cost-exporter")
	if text, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return binary
}

var address = regexp.MustCompile(`msg=serving address=(\S+)`)

// start returns when the exporter serves.
func start(t *testing.T, binary, config, state, endpoint string) *exporter {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, "-config", config, "-state", state, "-endpoint", endpoint, "-listen", "127.0.0.1:0")
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	e := &exporter{command: command, log: bufio.NewReader(stderr)}
	e.address = "http://" + e.says(t, address)
	return e
}

// says waits for a line of the log, and returns what the expression's group matches in it.
func (e *exporter) says(t *testing.T, line *regexp.Regexp) string {
	t.Helper()
	for {
		text, err := e.log.ReadString('\n')
		if found := line.FindStringSubmatch(text); found != nil {
			return found[len(found)-1]
		}
		if err != nil {
			t.Fatalf("it ended without %v", line)
		}
	}
}

// kill ends it as a crash does, without a chance to tidy up.
func (e *exporter) kill() {
	_ = e.command.Process.Kill()
	_ = e.command.Wait()
}

func (e *exporter) metrics(t *testing.T) string {
	t.Helper()
	response, err := http.Get(e.address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRestartedAHundredTimesItAsksOnce runs the real program, which is killed each time.
func TestRestartedAHundredTimesItAsksOnce(t *testing.T) {
	withCredentials(t)
	binary, state, config := build(t), t.TempDir(), filepath.Join(t.TempDir(), "config.json")
	write(t, config, good)
	server := listen(t, func(n int, q question) reply {
		if n == 0 {
			return page(q, "second", group("Amazon EC2", "100.25"))
		}
		return page(q, "", group("Credits", "-40"))
	})
	e := start(t, binary, config, state, server.URL)
	e.says(t, regexp.MustCompile(`msg=(refreshed) groups=2`))
	for range 100 {
		e.kill()
		e = start(t, binary, config, state, server.URL)
		text := e.metrics(t)
		for _, want := range []string{`cost_dollars{service="Amazon EC2"} 100.25`, `cost_dollars{service="Credits"} -40`, prefix + "requests_total 2"} {
			if !strings.Contains(text, want+"\n") {
				t.Fatalf("after a restart %s is missing in\n%s", want, text[:strings.Index(text, "go_gc")])
			}
		}
	}
	e.kill()
	if n := len(server.asked()); n != 2 {
		t.Errorf("%d requests, want the two pages of one refresh", n)
	}
}

// TestKilledWhileItAsksItDoesNotAskAtOnce: what was asked is billed, although the answer is lost.
func TestKilledWhileItAsksItDoesNotAskAtOnce(t *testing.T) {
	withCredentials(t)
	binary, state, config := build(t), t.TempDir(), filepath.Join(t.TempDir(), "config.json")
	write(t, config, good)
	asked, release := make(chan bool, 100), make(chan bool)
	server := listen(t, func(_ int, q question) reply {
		asked <- true
		<-release
		return page(q, "")
	})
	defer close(release)
	e := start(t, binary, config, state, server.URL)
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Fatal("it does not ask")
	}
	e.kill()
	for range 10 {
		e = start(t, binary, config, state, server.URL)
		e.metrics(t)
		e.kill()
	}
	if n := len(server.asked()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestASecondProcessIsRefused: two on one directory would both pay.
func TestASecondProcessIsRefused(t *testing.T) {
	withCredentials(t)
	binary, state, config := build(t), t.TempDir(), filepath.Join(t.TempDir(), "config.json")
	write(t, config, good)
	server := listen(t, func(_ int, q question) reply { return page(q, "") })
	e := start(t, binary, config, state, server.URL)
	defer e.kill()
	text, err := exec.CommandContext(t.Context(), binary, "-config", config, "-state", state, "-endpoint", server.URL, "-listen", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(text), "another process uses the state directory") {
		t.Errorf("%v, %s", err, text)
	}
	e.metrics(t) // the first one goes on
}
