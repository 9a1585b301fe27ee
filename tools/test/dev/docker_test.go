//go:build unix

package dev_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// dev finds a Docker daemon even if only the context of the docker command names the daemon. If dev
// can't use the daemon, dev's error says how to name another daemon.
func TestRootlessDockerIsFoundByItsContext(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	socket := filepath.Join(dir, "docker.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	engine := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusTeapot)
	})}
	go func() { _ = engine.Serve(listener) }()
	t.Cleanup(func() { _ = engine.Close() })
	stub := "#!/bin/sh\n[ \"$1 $2\" != 'context inspect' ] || echo unix://" + socket + "\n"
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte(stub), 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"DOCKER_HOST=", "PATH=" + dir + ":" + os.Getenv("PATH")}
	run := launch(t, env, "test", "-db", "docker", "-run=x", "../../../engine/enginetest/testdb")
	if code := run.exitCode(t); code != 1 {
		t.Errorf("exit code = %d, want 1", code)
	}
	if said := run.output(); asked.Load() == 0 || !strings.Contains(said, "DOCKER_HOST") || !strings.Contains(said, socket) {
		t.Errorf("the engine was asked %d times; it says:\n%s", asked.Load(), said)
	}
}
