package ready

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/pgcqrs/tools/dev/child"
)

// In this test, a server of another program already listens on the address, and answers instead of
// the server that dev has started.
func TestSomebodyElsesAnswerIsNotOurs(t *testing.T) {
	t.Setenv("LOG_LEVEL", "")
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer other.Close()
	program := filepath.Join(t.TempDir(), "api")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nsleep 0.3; echo the address is in use; exit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	guard, err := child.StartGuard()
	if err != nil {
		t.Fatal(err)
	}
	defer guard.Close()
	ours, err := guard.Start("api", os.Environ(), program)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Stop(syscall.SIGKILL)
	if err := Until(t.Context(), ours, other.Listener.Addr().String()); err == nil {
		t.Error("another server's answer was taken for ours")
	}
}
