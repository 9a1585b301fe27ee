package port

import (
	"net"
	"testing"
)

func TestPortZeroIsAFreeOne(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"127.0.0.1:0", ":0", "[::1]:0", "127.0.0.1:"} {
		wantHost, _, _ := net.SplitHostPort(given)
		address, err := Place("api", given, "")
		host, port, _ := net.SplitHostPort(address)
		if err != nil || host != wantHost || port == "0" || port == "" {
			t.Errorf("%s: got %s, %v", given, address, err)
		}
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
	if address, err := Place("api", "", taken); err != nil || address == taken {
		t.Errorf("usual address taken: got %s, %v; want another", address, err)
	}
	if _, err := Place("api", taken, ""); err == nil {
		t.Error("an address that was asked for is taken: want an error")
	}
}

func TestAnyInterfaceIsNoPlaceToGoTo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "127.0.0.2:1": "127.0.0.2:1", "host:1": "host:1",
	} {
		if got := Browsable(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
