package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironmentOfAChildHasNoSecondSource(t *testing.T) {
	t.Setenv("DATABASE_URL_FILE", "/run/secrets/url")
	t.Setenv("DATABASE_URL", "of the developer")
	t.Setenv("READ_DATABASE_URL", "a replica")
	var got []string
	for _, entry := range environ(map[string]string{"DATABASE_URL": "ours", "READ_DATABASE_URL": ""}) {
		if strings.Contains(entry, "DATABASE_URL") && !strings.HasPrefix(entry, "TEST_") {
			got = append(got, entry)
		}
	}
	if diff := cmp.Diff([]string{"DATABASE_URL=ours"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestATakenPortIsNotUsed(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	taken := listener.Addr().String()
	if address, err := place("api", "", taken); err != nil || address == taken {
		t.Errorf("usual address taken: got %s, %v; want another", address, err)
	}
	if _, err := place("api", taken, ""); err == nil {
		t.Error("an address that was asked for is taken: want an error")
	}
}

func TestAnyInterfaceIsNoPlaceToGoTo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "127.0.0.2:1": "127.0.0.2:1", "host:1": "host:1",
	} {
		if got := browsable(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestLastLinesOfAChildAreKept(t *testing.T) {
	t.Parallel()
	output := newPrefixed("child")
	for range keptLines {
		if _, err := output.Write([]byte("before\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := output.Write([]byte("why\nhalf a li")); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(output.last(), "\n")
	if len(lines) != keptLines+1 || lines[keptLines-1] != "  why" || lines[keptLines] != "  half a li" {
		t.Errorf("got %q", lines)
	}
}

// Another server that was quicker at taking the address answers for itself.
func TestSomebodyElsesAnswerIsNotOurs(t *testing.T) {
	t.Setenv("LOG_LEVEL", "")
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer other.Close()
	output := newPrefixed("api")
	ours := &child{name: "api", command: exec.Command("/bin/sh", "-c", "sleep 0.3; echo the address is in use; exit 1"), output: output, exited: make(chan struct{})}
	ours.command.Stdout = output
	if err := ours.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		ours.err = ours.command.Wait()
		close(ours.exited)
	}()
	if err := untilReady(t.Context(), ours, other.Listener.Addr().String()); err == nil {
		t.Error("another server's answer was taken for ours")
	}
}
