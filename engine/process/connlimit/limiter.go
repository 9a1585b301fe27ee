package connlimit

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
)

// New returns a Limiter. The limit most applies to all open connections, and the limit
// mostOfAddress to the connections of each address that addressOf returns.
func New(most, mostOfAddress int, addressOf func(net.Addr) string, registerer prometheus.Registerer) *Limiter {
	c := &Limiter{
		most: most, mostOfAddress: mostOfAddress, addressOf: addressOf,
		open: make(map[net.Conn]*connection), surplus: make(map[net.Conn]*connection), ofAddress: make(map[string]int), quiet: list.New(),
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_turned_away_total", Help: "Connections over a limit that were closed, most of them after the answer 503."}),
		gaveWay: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_given_way_total", Help: "Connections without a request that were closed for a new one at a limit, or were over a limit themselves."}),
	}
	if registerer != nil {
		registerer.MustRegister(c.turnedAway, c.gaveWay, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_connections_open", Help: "Connections of clients, including idle ones and those over the bound."}, c.count))
	}
	return c
}

// Guard sets the server's handler and hooks so that the Limiter sees its connections and requests.
func (c *Limiter) Guard(server *http.Server) {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, c.begin(conn))
	}
	server.ConnState = c.changed
	server.Handler = c.work(c.turnAway(server.Handler))
}

// Limit returns a listener that accepts connections up to the limit. The listener also accepts up
// to 64 connections beyond the limit, which the server refuses with an answer.
func (c *Limiter) Limit(listener net.Listener) net.Listener {
	return netutil.LimitListener(accepting{listener, c}, c.most+surplus)
}

// work ensures that the Limiter closes no connection that has a running request. If the Limiter has
// already closed a connection, work does not handle a request on it.
func (c *Limiter) work(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := r.Context().Value(connectionKey{}).(*connection)
		if !c.enter(n) {
			panic(http.ErrAbortHandler)
		}
		defer c.leave(n)
		next.ServeHTTP(w, r)
		if r.ContentLength != 0 { // the connection is quiet only after the rest of the body was read
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(unreadFor))
		}
	})
}

// unreadFor is how long the unread rest of a request's body may take to arrive after the answer.
const unreadFor = time.Second

// accepting is a listener that records how long a connection has waited to be accepted. After
// Accept, the server calls the function begin for the same connection.
type accepting struct {
	net.Listener
	connections *Limiter
}

func (a accepting) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	if err == nil {
		a.connections.waited.Store(int64(sinceHeard(conn)))
	}
	return conn, err
}
