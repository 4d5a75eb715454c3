// Package cluster applies what specs compile to to a real Kubernetes API server, as people and GitOps tools do. In come specs,
// the operator's definitions and the programs that tools/kubernetes pins; out come verdicts.
//
// There is an API server with its etcd and no more: no controller acts on what is stored, so that whatever changes was changed by
// an apply. It is a package of its own so that it runs beside the others.
package cluster

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// root is the repository.
var root = filepath.Join("..", "..")

// work is a folder for this run.
var work string

func TestMain(m *testing.M) {
	var err error
	if work, err = os.MkdirTemp("", "belfry-cluster-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	if err := os.RemoveAll(work); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// belfry is the command, built from this repository.
var belfry = sync.OnceValues(func() (string, error) {
	path := filepath.Join(work, "belfry")
	_, err := command(root, "go", "build", "-o", path, "./cmd/belfry")
	return path, err
})

// kubernetes is a folder with server (etcd), kube-apiserver, kubectl and kustomize, which stays for the next run until another
// version of one of them is pinned.
var kubernetes = sync.OnceValues(func() (string, error) {
	tools, err := filepath.Abs(filepath.Join("..", "tools", "kubernetes"))
	if err != nil {
		return "", err
	}
	pins, err := os.ReadFile(filepath.Join(tools, "go.mod"))
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Join("..", "bin", fmt.Sprintf("kubernetes-%.6x", sha256.Sum256(pins))))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	partial, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	_, err = command(tools, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", partial+string(filepath.Separator), "tool")
	if err != nil {
		return "", err
	}
	err = os.Rename(partial, folder)
	if _, there := os.Stat(folder); there == nil {
		return folder, nil // of this run, or of another at the same time
	}
	return "", err
})

// program finds one of kubernetes' programs.
func program(t *testing.T, name string) string {
	t.Helper()
	folder, err := kubernetes()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, name)
}

// command runs a program and returns what it wrote to its standard output. The error has what it wrote to the other.
func command(dir, program string, arguments ...string) (string, error) {
	command := exec.Command(program, arguments...)
	command.Dir = dir
	var problems strings.Builder
	command.Stderr = &problems
	text, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w\n%s", command.Args, err, problems.String())
	}
	return string(text), nil
}
