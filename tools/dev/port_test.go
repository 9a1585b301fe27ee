package main

import (
	"net"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
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

func TestTheFormOfAddressesIsCheckedBeforeAnythingStarts(t *testing.T) { //nolint:paralleltest // it changes the environment
	for _, name := range heeded {
		t.Setenv(name, "")
		t.Setenv(name+"_FILE", "")
	}
	for _, address := range []string{"", ":0", ":8080", "127.0.0.1:", "127.0.0.1:8080", "[::1]:8080", "localhost:http"} {
		if err := heed(&arguments.Run{API: address, Projector: address}); err != nil {
			t.Errorf("%q: got %v", address, err)
		}
	}
	for _, address := range []string{"foo", "8080", ":99999", ":-1", "::1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080/"} {
		for _, name := range []string{"API_ADDR", "PROJECTOR_ADDR", "API_OPS_ADDR"} {
			t.Setenv(name, address)
			err := heed(&arguments.Run{})
			if err == nil || !strings.HasPrefix(err.Error(), name) || !strings.Contains(err.Error(), "form host:port") {
				t.Errorf("%s=%s: got %v", name, address, err)
			}
			t.Setenv(name, "")
		}
	}
}
