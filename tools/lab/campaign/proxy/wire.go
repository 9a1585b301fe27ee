//go:build linux

package proxy

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// Wire is a TCP proxy between a client and a server. A Wire can cut the client's connections and
// the server's connections.
type Wire struct {
	listener net.Listener
	Deaf     atomic.Bool  // discards all bytes and sends none: a half-open connection
	lose     atomic.Bool  // passes on what clients send, discards the answer, and closes the connection
	stalled  atomic.Bool  // passes on nothing and reads nothing, so that senders must wait
	late     atomic.Int64 // delay of all bytes, in nanoseconds
	part     atomic.Int64 // above 0: passes on so many bytes from clients once, and then none

	mu     sync.Mutex
	target string
	pairs  map[*pair]bool
}

// pair holds the two connections that a Wire (a TCP proxy) needs for one client: from the client to
// the wire, and from the wire to the server.
type pair struct{ client, server net.Conn }

func (p *pair) close() {
	_ = p.client.Close()
	_ = p.server.Close()
}

func New(target string) (*Wire, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the wire: %w", err)
	}
	w := &Wire{target: target, listener: listener, pairs: make(map[*pair]bool)}
	go w.accept()
	return w, nil
}

func (w *Wire) Address() string { return w.listener.Addr().String() }

// Follow changes the address to which a wire (a TCP proxy) connects new clients. If this address is
// the argument before, the argument now replaces it. Otherwise Follow changes nothing.
func (w *Wire) Follow(before, now string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.target == before {
		w.target = now
	}
}

// LeadTo makes the wire connect new clients to the given address.
func (w *Wire) LeadTo(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.target = target
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.join(client)
	}
}

func (w *Wire) join(client net.Conn) {
	w.mu.Lock()
	target := w.target
	w.mu.Unlock()
	server, err := net.Dial("tcp", target)
	if err != nil {
		_ = client.Close()
		return
	}
	p := &pair{client, server}
	w.mu.Lock()
	w.pairs[p] = true
	w.mu.Unlock()
	var answers sync.WaitGroup
	answers.Go(func() { w.forward(p, client, server, true) })
	w.forward(p, server, client, false)
	answers.Wait()
	w.mu.Lock()
	delete(w.pairs, p)
	w.mu.Unlock()
}

func (w *Wire) forward(p *pair, to, from net.Conn, answers bool) {
	defer p.close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		switch {
		case w.Deaf.Load():
			continue
		case answers && w.lose.Load():
			return
		}
		for w.stalled.Load() {
			interval.Pause(context.Background(), 10*time.Millisecond)
		}
		if late := w.late.Load(); late > 0 {
			interval.Pause(context.Background(), time.Duration(late))
		}
		if part := w.part.Load(); part > 0 && !answers && int64(n) > part && w.part.CompareAndSwap(part, 0) {
			w.Deaf.Store(true)
			n = int(part)
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// Cut closes every connection, on the clients' side and on the server's side.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for p := range w.pairs {
		p.close()
	}
}
