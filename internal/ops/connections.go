package ops

import (
	"container/list"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
)

// connections bounds how many are open, of all and of one address. At a bound one that has been
// quiet for long gives way to the newcomer: no request runs on it, or none has come yet.
// Where all are at work the newcomer is surplus: it is turned away, and is none of them.
type connections struct {
	most          int
	mostOfAddress int                   // 0: any number
	addressOf     func(net.Addr) string // nil, or "" for what has no bound of its own

	waited atomic.Int64 // the last one that was accepted, for that, in ns

	mu         sync.Mutex
	open       map[net.Conn]*connection
	surplus    map[net.Conn]*connection // at most surplus of them
	ofAddress  map[string]int
	quiet      *list.List // of *connection, the longest quiet one first
	turnedAway prometheus.Counter
	gaveWay    prometheus.Counter
}

// connection is an open one, guarded by the mutex of connections.
type connection struct {
	conn    net.Conn
	address string
	surplus atomic.Bool   // it is turned away
	idle    bool          // as net/http says: no request has been read that is not answered
	running int           // handlers; several with HTTP/2
	quiet   *list.Element // nil: at work
	since   time.Time     // it has been quiet
	late    bool          // it has waited for long to be accepted: who sent its request may have gone
	closed  bool          // by us
}

type connectionKey struct{}

func newConnections(most, mostOfAddress int, addressOf func(net.Addr) string, registerer prometheus.Registerer) *connections {
	c := &connections{
		most: most, mostOfAddress: mostOfAddress, addressOf: addressOf,
		open: make(map[net.Conn]*connection), surplus: make(map[net.Conn]*connection), ofAddress: make(map[string]int), quiet: list.New(),
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_turned_away_total", Help: "Connections over a bound that were answered 503 and closed."}),
		gaveWay: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_given_way_total", Help: "Connections without a request that were closed for a newcomer, at a bound."}),
	}
	if registerer != nil {
		registerer.MustRegister(c.turnedAway, c.gaveWay, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_connections_open", Help: "Connections of clients, idle ones and those over the bound included."}, c.count))
	}
	return c
}

func (c *connections) count() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return float64(len(c.open) + len(c.surplus))
}

// guard makes the server count its connections.
func (c *connections) guard(server *http.Server) {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, c.begin(conn))
	}
	server.ConnState = c.changed
	server.Handler = c.work(c.turnAway(server.Handler))
}

func (c *connections) limit(listener net.Listener) net.Listener {
	return netutil.LimitListener(accepting{listener, c}, c.most+surplus)
}

// accepting notes how long a connection has waited to be accepted. Whoever accepts calls begin next.
type accepting struct {
	net.Listener
	connections *connections
}

func (a accepting) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	if err == nil {
		a.connections.waited.Store(int64(sinceHeard(conn)))
	}
	return conn, err
}

func (c *connections) begin(conn net.Conn) *connection {
	n := &connection{conn: conn, idle: true, since: time.Now(), late: time.Duration(c.waited.Load()) > lateAfter}
	if c.mostOfAddress > 0 && c.addressOf != nil {
		n.address = c.addressOf(conn.RemoteAddr())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.hasRoom(n) {
		n.surplus.Store(true)
		if len(c.surplus) >= surplus {
			c.turnedAway.Inc()
			n.shut()
			return n
		}
		c.surplus[conn] = n
		time.AfterFunc(surplusFor, func() { c.expire(n) })
		return n
	}
	c.add(n)
	n.quiet = c.quiet.PushBack(n)
	return n
}

func (c *connections) add(n *connection) {
	c.open[n.conn] = n
	c.ofAddress[n.address]++
}

// lateAfter is how long a connection may wait to be accepted and still have another one give way.
const lateAfter = 200 * time.Millisecond

// hasRoom says whether a newcomer is within the bounds, if need be because another gives way.
func (c *connections) hasRoom(n *connection) bool {
	switch {
	case n.late && len(c.open) >= c.most: // thousands wait like it: what they want done would be done late
		return false
	case n.address != "" && c.ofAddress[n.address] >= c.mostOfAddress:
		return c.giveWay(n.address)
	case len(c.open) >= c.most:
		return c.giveWay("")
	}
	return true
}

// admit takes a surplus connection among the open ones if there is room by now.
func (c *connections) admit(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.surplus[n.conn] != n || !c.hasRoom(n) {
		return false
	}
	delete(c.surplus, n.conn)
	n.surplus.Store(false)
	c.add(n)
	return true
}

// expire closes a surplus connection that has sent no request, for the next one.
func (c *connections) expire(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.surplus[n.conn] == n && n.running == 0 {
		delete(c.surplus, n.conn)
		c.gaveWay.Inc()
		n.shut()
	}
}

// quietFor is how long a connection has been quiet that gives way. Under load there is always one
// that is between two requests, and whoever waits would push it out, to be pushed out itself.
const quietFor = 100 * time.Millisecond

// giveWay closes the connection, of the address or of all, that has been quiet longest. Of all
// it is one of the address that has most: however many strangers open, a client that has few
// keeps them. It returns false if there is none that has been quiet for long enough.
func (c *connections) giveWay(address string) bool {
	var found *connection
	for e := c.quiet.Front(); e != nil; e = e.Next() {
		n, _ := e.Value.(*connection)
		if time.Since(n.since) < quietFor {
			break
		}
		if address != "" && n.address != address {
			continue
		}
		if found == nil || c.held(n) > c.held(found) {
			found = n
		}
		if address != "" {
			break
		}
	}
	if found == nil {
		return false
	}
	c.forget(found)
	c.gaveWay.Inc()
	found.shut()
	return true
}

// held is how many connections the address of one has. Those without a bound, such as a proxy's,
// are many clients', and come last.
func (c *connections) held(n *connection) int {
	if n.address == "" {
		return 0
	}
	return c.ofAddress[n.address]
}

// shut closes the connection without a word, and has nothing done that still comes on it.
func (n *connection) shut() {
	n.closed = true
	conn := n.conn
	if encrypted, ok := conn.(*tls.Conn); ok { // whose own Close may wait for the other end
		conn = encrypted.NetConn()
	}
	_ = conn.Close()
}

func (c *connections) forget(n *connection) {
	delete(c.open, n.conn)
	if c.ofAddress[n.address]--; c.ofAddress[n.address] == 0 {
		delete(c.ofAddress, n.address)
	}
	if n.quiet != nil {
		c.quiet.Remove(n.quiet)
		n.quiet = nil
	}
}

// changed is told by net/http what a connection does.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
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
	case http.StateNew: // it is among the open ones already
	}
}

// rest puts a connection among the quiet ones once its answers are sent.
func (c *connections) rest(n *connection) {
	if n.idle && n.running == 0 && n.quiet == nil && !n.closed && c.open[n.conn] == n {
		n.quiet, n.since = c.quiet.PushBack(n), time.Now()
	}
}

// work keeps connections with a request from giving way. On one that gave way while its request
// came, nothing is done.
func (c *connections) work(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := r.Context().Value(connectionKey{}).(*connection)
		if !c.enter(n) {
			panic(http.ErrAbortHandler)
		}
		defer c.leave(n)
		next.ServeHTTP(w, r)
	})
}

func (c *connections) enter(n *connection) bool {
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

func (c *connections) leave(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.running--
	c.rest(n)
}
