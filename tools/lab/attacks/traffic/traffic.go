//go:build linux

package traffic

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// The addresses of the two clients, each with bounds of its own.
const (
	VictimAddress   = "127.0.0.3"
	AttackerAddress = "127.0.0.2"
)

// dialTimeout is how long a connection may take to come about.
const dialTimeout = 5 * time.Second

// From returns a client that sends from an address of this machine.
func From(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: dialTimeout}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4096, DisableCompression: true}}
}

// Every calls do on a schedule for a time; a late call is made, not left out.
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

// KindOf maps an error to one of few kinds.
func KindOf(err error) error {
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return errors.New("no answer in time")
	}
	return errors.New("connection lost")
}
