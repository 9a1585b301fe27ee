package ops

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
)

// surplus is how many connections over the bound are still spoken to: each gets one
// answer, and probes get theirs however busy the process is. The next ones wait to be
// accepted, which costs us nothing.
const surplus = 64

// connections bounds how many are open. Thousands that are all turned away again and
// again would leave no processor time to those that are being served.
type connections struct {
	most       int64
	open       atomic.Int64
	turnedAway prometheus.Counter
}

func newConnections(most int, registerer prometheus.Registerer) *connections {
	c := &connections{most: int64(most), turnedAway: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "http_connections_turned_away_total", Help: "Connections over the bound that were answered 503 and closed."})}
	if registerer != nil {
		registerer.MustRegister(c.turnedAway, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "http_connections_open", Help: "Connections of clients, idle ones and those over the bound included."},
			func() float64 { return float64(c.open.Load()) }))
	}
	return c
}

// turnAwayAfter makes surplus × 10 a second the most that are turned away.
const turnAwayAfter = 100 * time.Millisecond

type surplusKey struct{}

// guard makes the server count its connections.
func (c *connections) guard(server *http.Server) {
	server.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		if c.open.Add(1) > c.most {
			return context.WithValue(ctx, surplusKey{}, true)
		}
		return ctx
	}
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			c.open.Add(-1)
		}
	}
	server.Handler = c.turnAway(server.Handler)
}

func (c *connections) limit(listener net.Listener) net.Listener {
	return netutil.LimitListener(listener, int(c.most)+surplus)
}

// turnAway answers on a surplus connection that there are too many, and closes it.
func (c *connections) turnAway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(surplusKey{}) == nil {
			next.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		header.Set("Connection", "close")
		switch r.URL.Path {
		case "/healthz", "/readyz", "/metrics":
			next.ServeHTTP(w, r)
			return
		}
		c.turnedAway.Inc()
		select { // who comes back at once, by the thousand, would cost more than the work
		case <-time.After(turnAwayAfter):
		case <-r.Context().Done():
		}
		header.Set("Content-Type", "application/problem+json")
		header.Set("Cache-Control", "no-store")
		header.Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintf(w, `{"type":"about:blank","title":"Service Unavailable","status":503,"code":"overloaded",`+
			`"detail":"Too many connections are open; nothing was done, try again later.","request_id":%q}`+"\n", uuid.NewString())
	})
}
