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

// New returns a Limiter of the open connections: of all, and of each address that addressOf
// returns.
func New(most, mostOfAddress int, addressOf func(net.Addr) string, registerer prometheus.Registerer) *Limiter {
	c := &Limiter{
		most: most, mostOfAddress: mostOfAddress, addressOf: addressOf,
		open: make(map[net.Conn]*connection), surplus: make(map[net.Conn]*connection), ofAddress: make(map[string]int), quiet: list.New(),
		turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_turned_away_total", Help: "Connections over a bound that were answered 503 and closed."}),
		gaveWay: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "http_connections_given_way_total", Help: "Connections without a request that were closed for a new one, at a bound."}),
	}
	if registerer != nil {
		registerer.MustRegister(c.turnedAway, c.gaveWay, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_connections_open", Help: "Connections of clients, including idle ones and those over the bound."}, c.count))
	}
	return c
}

// Guard makes the server count its connections.
func (c *Limiter) Guard(server *http.Server) {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, c.begin(conn))
	}
	server.ConnState = c.changed
	server.Handler = c.work(c.turnAway(server.Handler))
}

// Limit stops accepting at the bound, and a few connections over it, which are answered.
func (c *Limiter) Limit(listener net.Listener) net.Listener {
	return netutil.LimitListener(accepting{listener, c}, c.most+surplus)
}

// work keeps connections with a request from giving way. On one that gave way while its request
// came, nothing is done.
func (c *Limiter) work(next http.Handler) http.Handler {
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

// unreadFor is how long a body that nobody wanted may take to come, once its request is answered.
const unreadFor = time.Second

// accepting notes how long a connection has waited to be accepted. Whoever accepts calls begin next.
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
