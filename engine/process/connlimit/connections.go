package connlimit

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Limiter limits the open connections: their total, and their number per address. At a limit, the
// Limiter closes a quiet connection and accepts the new one. A connection is quiet if it has had no
// request for a while, or has not sent its first request. If no connection is quiet, the new
// connection is surplus: the server refuses the connection with an answer, and the Limiter does not
// count it as open.
type Limiter struct {
	most          int
	mostOfAddress int                   // 0: no limit
	addressOf     func(net.Addr) string // may be nil; "": the connection has no limit per address

	waited atomic.Int64 // how long the last accepted connection waited to be accepted, in ns

	mu         sync.Mutex
	open       map[net.Conn]*connection
	surplus    map[net.Conn]*connection // connections beyond the limits; at most 64 (the constant surplus)
	ofAddress  map[string]int
	greedy     int        // how many addresses isGreedy reports
	quiet      *list.List // elements are *connection; the one that has been quiet longest is first
	turnedAway prometheus.Counter
	gaveWay    prometheus.Counter
}

// connection is an open connection, or a connection beyond a limit, guarded by the Limiter's mutex.
type connection struct {
	conn    net.Conn
	address string
	surplus atomic.Bool   // true: beyond the limits, to be refused
	idle    bool          // the state from net/http: every request that was read is answered
	running int           // number of running handlers; several with HTTP/2
	quiet   *list.Element // element of Limiter.quiet; nil: the connection is in use
	since   time.Time     // when the connection became quiet
	waited  time.Duration // how long the connection waited to be accepted; its client may have gone
	closed  bool          // true: the Limiter has closed the connection
}

type connectionKey struct{}

func (c *Limiter) count() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return float64(len(c.open) + len(c.surplus))
}

func (c *Limiter) add(n *connection) {
	c.open[n.conn] = n
	before := c.isGreedy(n.address)
	c.ofAddress[n.address]++
	if !before && c.isGreedy(n.address) {
		c.greedy++
	}
}

// isGreedy reports whether an address has more than half of the connections that one address may
// have. At a limit, connections of such an address are closed first. A new connection of such an
// address never displaces a connection of an address with few connections.
func (c *Limiter) isGreedy(address string) bool {
	return address != "" && c.ofAddress[address] > c.mostOfAddress/2
}

// shut closes the connection without an answer, and prevents later requests on it.
func (n *connection) shut() {
	n.closed = true
	conn := n.conn
	if encrypted, ok := conn.(*tls.Conn); ok { // tls.Conn.Close may wait for the other end
		conn = encrypted.NetConn()
	}
	_ = conn.Close()
}

func (c *Limiter) forget(n *connection) {
	delete(c.open, n.conn)
	before := c.isGreedy(n.address)
	if c.ofAddress[n.address]--; c.ofAddress[n.address] == 0 {
		delete(c.ofAddress, n.address)
	}
	if before && !c.isGreedy(n.address) {
		c.greedy--
	}
	if n.quiet != nil {
		c.quiet.Remove(n.quiet)
		n.quiet = nil
	}
}

// changed records a state that net/http reports for a connection.
func (c *Limiter) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.open[conn]
	if n == nil { // the connection was closed by the Limiter, or is surplus
		if state == http.StateClosed || state == http.StateHijacked {
			delete(c.surplus, conn)
		}
		return
	}
	switch state {
	case http.StateActive:
		n.idle = false
	case http.StateIdle:
		n.idle = true
		c.rest(n)
	case http.StateClosed, http.StateHijacked:
		c.forget(n)
	case http.StateNew: // Limit has already counted the connection
	}
}

// rest adds a connection to the quiet connections after all its answers are sent.
func (c *Limiter) rest(n *connection) {
	if n.idle && n.running == 0 && n.quiet == nil && !n.closed && c.open[n.conn] == n {
		n.quiet, n.since = c.quiet.PushBack(n), time.Now()
	}
}

func (c *Limiter) enter(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.closed {
		return false
	}
	n.running++
	if n.quiet != nil {
		c.quiet.Remove(n.quiet)
		n.quiet = nil
	}
	return true
}

func (c *Limiter) leave(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.running--
	c.rest(n)
}
