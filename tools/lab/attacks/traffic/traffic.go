//go:build linux

package traffic

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// These constants are the addresses of the attacker and of the client whose answers are measured.
// The service applies its bounds to each address separately.
const (
	VictimAddress   = "127.0.0.3"
	AttackerAddress = "127.0.0.2"
)

// dialTimeout is the time limit within which a connection must be established.
const dialTimeout = 5 * time.Second

// From returns an HTTP client that sends from the given local address.
func From(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: dialTimeout}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4096, DisableCompression: true}}
}

// Every calls the function do once per interval, for the duration d. If a call takes longer than an
// interval, Every omits no later call, but makes these calls late.
func Every(ctx context.Context, interval, d time.Duration, do func(i int, due time.Time)) {
	start := time.Now()
	for i := 0; ; i++ {
		due := start.Add(time.Duration(i) * interval)
		if due.Sub(start) >= d {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(due)):
		}
		do(i, due)
	}
}

// KindOf replaces an error with one of a few known errors, so that results can be counted by kind.
func KindOf(err error) error {
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return errors.New("no answer in time")
	}
	return errors.New("connection lost")
}
