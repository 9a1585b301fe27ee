package process

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
	greedy     int        // how many addresses are
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
	waited  time.Duration // to be accepted: who sent its request may have gone
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
	n := &connection{conn: conn, idle: true, since: time.Now(), waited: time.Duration(c.waited.Load())}
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
	before := c.isGreedy(n.address)
	c.ofAddress[n.address]++
	if !before && c.isGreedy(n.address) {
		c.greedy++
	}
}

// hasRoom says whether a newcomer is within the bounds, if need be because another gives way.
func (c *connections) hasRoom(n *connection) bool {
	switch {
	case n.address != "" && c.ofAddress[n.address] >= c.mostOfAddress:
		return c.giveWay(n, func(quiet *connection) bool { return quiet.address == n.address })
	case len(c.open) < c.most:
		return true
	case c.isGreedy(n.address):
		return c.giveWay(n, c.ofGreedy)
	case c.greedy > 0 && c.giveWay(n, c.ofGreedy):
		return true
	}
	return c.giveWay(n, func(*connection) bool { return true })
}

// isGreedy says whether an address has over half of what it may have: its connections are the first
// to give way, and no other's give way to them.
func (c *connections) isGreedy(address string) bool {
	return address != "" && c.ofAddress[address] > c.mostOfAddress/2
}

func (c *connections) ofGreedy(n *connection) bool { return c.isGreedy(n.address) }

// admit takes a surplus connection among the open ones if there is room by now.
func (c *connections) admit(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[n.conn] == n { // by another request on it: HTTP/2
		return true
	}
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

// giveWay closes the connection that has been quiet longest of those that may be closed. It returns
// false if there is none that has been quiet for long, and for longer than the newcomer has waited:
// behind that one thousands wait, and what they want done would be done late.
func (c *connections) giveWay(newcomer *connection, may func(*connection) bool) bool {
	least := max(quietFor, newcomer.waited)
	for e := c.quiet.Front(); e != nil; e = e.Next() {
		n, _ := e.Value.(*connection)
		if time.Since(n.since) < least {
			return false
		}
		if may(n) {
			c.forget(n)
			c.gaveWay.Inc()
			n.shut()
			return true
		}
	}
	return false
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

// unreadFor is how long a body that nobody wanted may take to come, once its request is answered.
const unreadFor = time.Second

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
		if r.ContentLength != 0 { // what nobody read of the body is read before the connection can rest
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(unreadFor))
		}
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
