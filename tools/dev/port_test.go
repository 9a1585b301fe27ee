package main

import (
	"net"
	"testing"
)

func TestPortZeroIsAFreeOne(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"127.0.0.1:0", ":0", "[::1]:0", "127.0.0.1:"} {
		wantHost, _, _ := net.SplitHostPort(given)
		address, err := place("api", given, "")
		host, port, _ := net.SplitHostPort(address)
		if err != nil || host != wantHost || port == "0" || port == "" {
			t.Errorf("%s: got %s, %v", given, address, err)
		}
	}
}
