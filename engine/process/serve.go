package process

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/process/connlimit"
	"example.com/pgcqrs/engine/process/probe"
)

// Shutdown is the part of a configuration that says how a process ends.
type Shutdown struct {
	DrainDelay      time.Duration `envconfig:"DRAIN_DELAY" default:"0s" min:"0s" desc:"How long a process that is told to end still takes requests while /readyz says no, so that load balancers notice first. A few seconds behind one."`
	ShutdownTimeout time.Duration `envconfig:"SHUTDOWN_TIMEOUT" default:"8s" min:"0s" desc:"How long requests in flight may take to finish when the process is told to end; they are cut off then."`
}

// Server is an HTTP server that ends without failing a request.
type Server struct {
	Name         string      // for the log
	Addr         string      // host:port; port 0 takes a free one
	AddrVariable string      // variable that sets Addr, for messages
	TLS          *tls.Config // nil: plain HTTP
	Handler      http.Handler
	Readiness    *probe.Readiness
	Shutdown     Shutdown
	MaxConns     int                   // open connections, at which a quiet one gives way or the next is turned away; 0: no limit
	MaxConnsOf   int                   // the same for one address; 0: no limit
	AddressOf    func(net.Addr) string // returns the name under which a connection's other end is counted; "": no bound of its own. nil: nobody has one
	IdleTimeout  time.Duration         // how long a connection may stay without a request; 0: 2 min
	Registerer   prometheus.Registerer // counts connections if MaxConns bounds them; may be nil
	Logger       *slog.Logger
	Ending       func()         // is called when the server ends, so that answers that go on end; may be nil
	Listening    func(net.Addr) // is called with the address once the server listens; may be nil
}

// Run serves until ctx ends. Then it turns readiness off, finishes the requests in flight, and
// returns nil.
func (s Server) Run(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: the address is in use: end what listens there, or set %s to another one", s.Addr, s.AddrVariable)
	}
	if err != nil {
		return fmt.Errorf("listen on %s (%s): %w", s.Addr, s.AddrVariable, err)
	}
	s.Logger.InfoContext(ctx, "listening", "server", s.Name, "address", listener.Addr().String())
	if s.Listening != nil {
		s.Listening(listener.Addr())
	}
	server := s.httpServer()
	if s.MaxConns > 0 {
		bound := connlimit.New(s.MaxConns, s.MaxConnsOf, s.AddressOf, s.Registerer)
		bound.Guard(server)
		listener = bound.Limit(listener)
	}
	failed := make(chan error, 1)
	go func() {
		if s.TLS != nil {
			failed <- server.ServeTLS(listener, "", "")
			return
		}
		failed <- server.Serve(listener)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", s.Name, err)
	case <-ctx.Done():
		return s.end(server)
	}
}

// httpServer returns a server whose limits stop clients that are slow on purpose. WriteTimeout
// leaves time for the longest Min-Position wait, 30 s, and the query after it.
func (s Server) httpServer() *http.Server {
	if s.IdleTimeout == 0 {
		s.IdleTimeout = 2 * time.Minute
	}
	return &http.Server{
		Handler:           s.Handler,
		TLSConfig:         s.TLS,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       s.IdleTimeout,
		MaxHeaderBytes:    32 << 10,
		// The handler answers OPTIONS *, too: otherwise the answer would have no request id.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.Logger.Handler(), slog.LevelWarn),
	}
}

func (s Server) end(server *http.Server) error {
	s.Logger.Info("ending", "server", s.Name)
	s.Readiness.Drain()
	time.Sleep(s.Shutdown.DrainDelay)
	if s.Ending != nil {
		s.Ending()
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.Shutdown.ShutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		s.Logger.Warn("requests were cut off", "server", s.Name, "after", s.Shutdown.ShutdownTimeout.String())
		if err := server.Close(); err != nil {
			return fmt.Errorf("close %s: %w", s.Name, err)
		}
	}
	return nil
}
