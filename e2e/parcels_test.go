package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// parcelsSpec is a service with an alert on each kind of signal, whose incidents last some seconds. Rules and texts are used as they
// are generated: the spec itself says how short all waits are.
const parcelsSpec = "./e2e/testdata/parcels"

// parcels is the service with what watches it.
type parcels struct {
	t            *testing.T
	tags         []string // of the spec, as flags
	folder       string   // of what the spec compiles to
	pagerDuty    *pagerDuty
	service      *program
	alertmanager server
}

// compileParcels compiles the spec for a service at a free address, for PagerDuty on the loopback interface, and with further tags.
func compileParcels(t *testing.T, tags ...string) *parcels {
	t.Helper()
	address := freeAddress(t)
	p := &parcels{t: t, folder: filepath.Join(t.TempDir(), "out"), pagerDuty: startPagerDuty(t), service: &program{address: "http://" + address}}
	p.tags = []string{"--tag", "target=" + address, "--tag", "pagerduty=" + p.pagerDuty.address}
	for _, tag := range tags {
		p.tags = append(p.tags, "--tag", tag)
	}
	p.service.arguments = []string{"-listen", address}
	p.belfry("generate", "--out", p.folder)
	return p
}

// belfry runs a command of belfry over the spec and returns what it printed.
func (p *parcels) belfry(arguments ...string) string {
	p.t.Helper()
	path, err := buildBelfry()
	if err != nil {
		p.t.Fatal(err)
	}
	command := exec.CommandContext(p.t.Context(), path, append(append(arguments, parcelsSpec), p.tags...)...)
	command.Dir = root
	var problems bytes.Buffer
	command.Stderr = &problems
	text, err := command.Output()
	if err != nil {
		p.t.Fatalf("belfry %q: %v\n%s%s", arguments, err, text, problems.String())
	}
	return string(text)
}

// file is what a file of the output holds.
func (p *parcels) file(path string) []byte {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, filepath.FromSlash(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}

// startAlertmanager runs the configuration with the folder of secrets in another place, where the routing key is.
func (p *parcels) startAlertmanager(r release) {
	p.t.Helper()
	const mounted = "/etc/alertmanager/secrets/"
	secrets := filepath.Join(p.t.TempDir(), "secrets") + "/"
	put(p.t, secrets+"pagerduty/parcels", "key-of-parcels")
	p.replace("alertmanager/alertmanager.yaml", mounted, secrets)
	p.alertmanager = start(p.t, p.folder, r.program(p.t, "alertmanager"),
		"--config.file=alertmanager/alertmanager.yaml", "--storage.path="+p.t.TempDir(), "--cluster.listen-address=")
}

// startPrometheus runs the configuration with Alertmanager's address in place of its name.
func (p *parcels) startPrometheus(r release) server {
	p.t.Helper()
	p.replace("prometheus/prometheus.yaml", "alertmanager:9093", strings.TrimPrefix(p.alertmanager.address, "http://"))
	return startPrometheus(p.t, r, filepath.Join(p.folder, "prometheus"), "prometheus.yaml", "--web.enable-remote-write-receiver")
}

// replace changes one place of a file that was generated.
func (p *parcels) replace(path, old, new string) {
	p.t.Helper()
	text := string(p.file(path))
	if strings.Count(text, old) != 1 {
		p.t.Fatalf("%s has %q not once", path, old)
	}
	put(p.t, filepath.Join(p.folder, filepath.FromSlash(path)), strings.Replace(text, old, new, 1))
}

// parcelsProgram is the path of the service, which is built once.
var parcelsProgram struct {
	once sync.Once
	path string
	err  error
}

// startService builds the service on the instrumentation that was generated, in a module beside it as users have it, and runs it.
func (p *parcels) startService() {
	p.t.Helper()
	parcelsProgram.once.Do(func() { parcelsProgram.path, parcelsProgram.err = p.build() })
	if parcelsProgram.err != nil {
		p.t.Fatal(parcelsProgram.err)
	}
	p.service.path = parcelsProgram.path
	p.service.start(p.t)
}

func (p *parcels) build() (string, error) {
	module := filepath.Join(work, "parcels-module")
	if err := os.CopyFS(filepath.Join(module, "out", "go"), os.DirFS(filepath.Join(p.folder, "go"))); err != nil {
		return "", err
	}
	for from, to := range map[string]string{"testdata/parcels/main.go": "main.go", "go.mod": "go.mod", "go.sum": "go.sum"} {
		text, err := os.ReadFile(filepath.FromSlash(from))
		if err != nil {
			return "", err
		}
		// The versions of client_golang and of what it needs are those of this module.
		if err := os.WriteFile(filepath.Join(module, to), text, 0o644); err != nil {
			return "", err
		}
	}
	if _, err := command(module, "go", "mod", "edit", "-module=example.com/parcels", "-droprequire=github.com/belfry-dev/belfry"); err != nil {
		return "", err
	}
	if _, err := command(module, "go", "vet", "."); err != nil {
		return "", err
	}
	path := filepath.Join(work, "parcels")
	_, err := command(module, "go", "build", "-o", path, ".")
	return path, err
}

// input is a series, as the service is told of it.
type input struct {
	Metric string            `json:"metric"`
	Labels map[string]string `json:"labels"`
	Kind   string            `json:"kind"`
	Level  float64           `json:"level"`
}

// drive makes the service expose the inputs from now on.
func (p *parcels) drive(inputs []input) {
	p.t.Helper()
	body, err := json.Marshal(inputs)
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := http.Post(p.service.address+"/inputs", "application/json", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var text bytes.Buffer
		_, _ = text.ReadFrom(response.Body)
		p.t.Fatalf("the service answers %s: %s", response.Status, text.String())
	}
}
