//go:build linux && (amd64 || arm64)

package connlimit

import (
	"net"
	"testing"
	"time"
)

// The kernel reports how long a connection has waited to be accepted.
func TestHowLongAConnectionHasWaited(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	begun := time.Now()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const long = 50 * time.Millisecond
	for waited := sinceHeard(conn); waited < long; waited = sinceHeard(conn) {
		if since := time.Since(begun); since > 10*time.Second {
			t.Fatalf("%v after it has connected the kernel says %v", since, waited)
		}
	}
	if since := time.Since(begun); since < long/2 {
		t.Errorf("%v after it has connected it is said to have waited %v", since, long)
	}
}
