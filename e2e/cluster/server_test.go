package cluster

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// cluster is a running API server.
type cluster struct {
	folder  string // of its files
	kubectl string
}

// Ports lie below those that the package beside gives to its servers and that the kernel takes for outgoing connections.
const firstPort, lastPort = 7000, 9999

// given counts the ports that were tried.
var given atomic.Int64

// freePort is one on the loopback interface that nobody listens on, and that is given only once.
func freePort(t *testing.T) string {
	t.Helper()
	for range lastPort - firstPort + 1 {
		port := firstPort + (int64(os.Getpid())+given.Add(1))%(lastPort-firstPort+1)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(port)
	}
	t.Fatal("no port is free")
	return ""
}

// start runs etcd and an API server on the loopback interface until the test ends, and waits until the API server is ready. Who
// asks proves that it may with a token, over TLS.
func start(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{folder: t.TempDir(), kubectl: program(t, "kubectl")}
	etcd, peer, port := "http://127.0.0.1:"+freePort(t), "http://127.0.0.1:"+freePort(t), freePort(t)
	stored := c.serve(t, "server",
		"--data-dir", filepath.Join(c.folder, "etcd"), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", etcd, "--advertise-client-urls", etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	key, token := c.write(t, "serviceaccounts.pem", newKey(t)), rand.Text()
	ended := c.serve(t, "kube-apiserver",
		"--etcd-servers", etcd,
		"--bind-address", "127.0.0.1", "--secure-port", port, "--cert-dir", filepath.Join(c.folder, "certificates"),
		"--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none", "--service-cluster-ip-range", "10.0.0.0/24",
		"--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", key, "--service-account-signing-key-file", key,
		"--token-auth-file", c.write(t, "tokens.csv", fmt.Appendf(nil, "%s,admin,admin,system:masters\n", token)),
		"--authorization-mode", "RBAC", "--anonymous-auth=false")
	c.write(t, "kubeconfig", fmt.Appendf(nil, kubeconfig, filepath.Join(c.folder, "certificates", "apiserver.crt"), port, token))
	c.waitUntil(t, func() error {
		select {
		case <-stored:
			t.Fatal("etcd ended")
		case <-ended:
			t.Fatal("the API server ended")
		default:
		}
		_, err := c.try(t, nil, "get", "--raw", "/readyz")
		return err
	})
	return c
}

// waitUntil asks again and again until there is no error: for minutes, which are far more than even a busy machine needs.
func (c *cluster) waitUntil(t *testing.T, ask func() error) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(300 * time.Millisecond) {
		err := ask()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

const kubeconfig = `apiVersion: v1
kind: Config
current-context: test
contexts: [{name: test, context: {cluster: test, user: admin}}]
clusters: [{name: test, cluster: {certificate-authority: %q, server: "https://127.0.0.1:%s"}}]
users: [{name: admin, user: {token: %q}}]
`

// newKey is a key that the API server signs the tokens of service accounts with.
func newKey(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

// write puts a file for a program to read into the cluster's folder, and returns its path.
func (c *cluster) write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(c.folder, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve runs a program until the test ends. The channel is closed when it ends before.
func (c *cluster) serve(t *testing.T, name string, arguments ...string) <-chan struct{} {
	t.Helper()
	log := &bytes.Buffer{}
	server := exec.Command(program(t, name), arguments...)
	server.Dir, server.Stdout, server.Stderr = c.folder, log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = server.Wait() // the log says why it ended
		close(ended)
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill() // what it stores is of no use to anybody; an error says that it ended before
		<-ended
		if t.Failed() {
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			t.Logf("%s printed at the end:\n%s", name, strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
	})
	return ended
}

// try runs kubectl with something on its standard input. A warning of the API server is an error.
func (c *cluster) try(t *testing.T, input []byte, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), c.kubectl, append(arguments, "--warnings-as-errors")...)
	command.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(c.folder, "kubeconfig"),
		"KUBECACHEDIR="+filepath.Join(c.folder, "cache"), "KUBECTL_APPLYSET=true")
	command.Stdin = bytes.NewReader(input)
	var problems bytes.Buffer
	command.Stderr = &problems
	text, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("kubectl %q: %w\n%s", arguments, err, problems.String())
	}
	return string(text), nil
}

// run runs kubectl, which must succeed.
func (c *cluster) run(t *testing.T, input []byte, arguments ...string) string {
	t.Helper()
	text, err := c.try(t, input, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
