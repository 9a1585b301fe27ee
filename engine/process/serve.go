package process

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/process/connlimit"
	"example.com/pgcqrs/engine/process/probe"
)

// Shutdown is the part of a configuration that sets how a process shuts down.
type Shutdown struct {
	DrainDelay      time.Duration `envconfig:"DRAIN_DELAY" default:"0s" min:"0s" desc:"How long a process still accepts requests after it is told to end. Meanwhile /readyz answers 503, so that load balancers stop sending requests. Behind a load balancer, set a few seconds."`
	ShutdownTimeout time.Duration `envconfig:"SHUTDOWN_TIMEOUT" default:"8s" min:"0s" desc:"How long running requests may take to finish after the process is told to end. After this time the process ends them."`
}

// Server is an HTTP server that shuts down without failing a request.
type Server struct {
	Name         string      // name of the server in the log
	Addr         string      // host:port; with port 0 the system chooses a free port
	AddrVariable string      // name of the environment variable that sets Addr, for error messages
	TLS          *tls.Config // nil: plain HTTP
	Handler      http.Handler
	Readiness    *probe.Readiness
	Shutdown     Shutdown
	MaxConns     int                   // limit on open connections; at the limit a quiet connection is closed for a new one, or the new one is refused; 0: no limit
	MaxConnsOf   int                   // limit on open connections of one address; 0: no limit
	AddressOf    func(net.Addr) string // returns the address by which MaxConnsOf counts a connection; "": the connection has no limit per address; nil: no connection has such a limit
	IdleTimeout  time.Duration         // how long a connection may stay open without a request; 0: 2 min
	WriteTimeout time.Duration         // how long a request may take from its headers to the end of its answer; 0: 1 min
	Registerer   prometheus.Registerer // registers metrics of the connections if MaxConns is set; may be nil
	Logger       *slog.Logger
	Ending       func()         // called when the server ends, so that answers without an end are ended; may be nil
	Listening    func(net.Addr) // called with the address once the server listens; may be nil
}

// Run serves until ctx ends. After ctx has ended, Run turns readiness off, finishes the running
// requests, and returns nil. Run returns an error if the server fails before ctx ends.
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

// httpServer returns an HTTP server. Its time limits stop clients that are slow on purpose.
func (s Server) httpServer() *http.Server {
	s.IdleTimeout, s.WriteTimeout = cmp.Or(s.IdleTimeout, 2*time.Minute), cmp.Or(s.WriteTimeout, time.Minute)
	return &http.Server{
		Handler:           s.Handler,
		TLSConfig:         s.TLS,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      s.WriteTimeout,
		IdleTimeout:       s.IdleTimeout,
		MaxHeaderBytes:    32 << 10,
		// The handler of the server also answers OPTIONS *. The answer of net/http itself would
		// have no request id.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(serverErrors{s.Logger, s.Name}, "", 0),
	}
}

// serverErrors logs what net/http reports, such as a failed TLS handshake.
type serverErrors struct {
	logger *slog.Logger
	server string
}

// Write logs a text of net/http.
func (e serverErrors) Write(text []byte) (int, error) {
	e.logger.Warn("the HTTP server reports a problem", "server", e.server, "said", strings.TrimSpace(string(text)))
	return len(text), nil
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
		s.Logger.Warn("requests were cut off", "server", s.Name, "after_seconds", s.Shutdown.ShutdownTimeout.Seconds())
		if err := server.Close(); err != nil {
			return fmt.Errorf("close %s: %w", s.Name, err)
		}
	}
	return nil
}
