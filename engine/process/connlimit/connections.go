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

// Limiter bounds the open connections, of all addresses and of one. At a bound, a connection that
// has been quiet for long gives way to a new one: it has no running request, or none has come yet.
// If all are at work the new connection is surplus: it is turned away, and does not count.
type Limiter struct {
	most          int
	mostOfAddress int                   // 0: no limit
	addressOf     func(net.Addr) string // nil, or returns "" for a connection without a bound of its own

	waited atomic.Int64 // how long the last accepted connection waited for that, in ns

	mu         sync.Mutex
	open       map[net.Conn]*connection
	surplus    map[net.Conn]*connection // at most surplus of them
	ofAddress  map[string]int
	greedy     int        // how many addresses are greedy
	quiet      *list.List // of *connection, the longest quiet one first
	turnedAway prometheus.Counter
	gaveWay    prometheus.Counter
}

// connection is an open connection, guarded by the Limiter's mutex.
type connection struct {
	conn    net.Conn
	address string
	surplus atomic.Bool   // it is turned away
	idle    bool          // as net/http says: every request that was read is answered
	running int           // handlers; several with HTTP/2
	quiet   *list.Element // nil: at work
	since   time.Time     // it has been quiet
	waited  time.Duration // to be accepted: its client may have gone
	closed  bool          // by the Limiter
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

// isGreedy reports whether an address has over half of its bound: its connections are the first to
// give way, and no others give way to them.
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

// changed notes a state that net/http reports for a connection.
func (c *Limiter) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.open[conn]
	if n == nil { // it gave way, or is surplus
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
	case http.StateNew: // it counts already
	}
}

// rest adds a connection to the quiet ones once its answers are sent.
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
