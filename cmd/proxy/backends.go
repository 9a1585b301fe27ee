package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"time"
)

// backends are the addresses behind a name, taken in turn. They are looked up
// for every connection, because scaling changes them.
type backends struct {
	target string // host:port
	lookup func(ctx context.Context, host string) ([]string, error)
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	turn   atomic.Uint64
}

func newBackends(target string) *backends {
	dialer := net.Dialer{Timeout: time.Second}
	return &backends{target: target, lookup: net.DefaultResolver.LookupHost, dial: dialer.DialContext}
}

// connect dials the backend whose turn it is, or else the next that accepts.
func (b *backends) connect(ctx context.Context) (net.Conn, error) {
	host, port, err := net.SplitHostPort(b.target)
	if err != nil {
		return nil, fmt.Errorf("read target: %w", err)
	}
	addresses, err := b.lookup(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	addresses = slices.Sorted(slices.Values(addresses)) // they arrive shuffled
	first := b.turn.Add(1)
	failed := errors.New("no backend")
	for i := range uint64(len(addresses)) {
		address := addresses[(first+i)%uint64(len(addresses))]
		conn, err := b.dial(ctx, "tcp", net.JoinHostPort(address, port))
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, fmt.Errorf("dial %s: %w", b.target, failed)
}
