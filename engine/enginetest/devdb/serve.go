package devdb

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// startTimeout is long: kept data may have much to recover after a crash.
const startTimeout = 60 * time.Second

// serve starts the server, on the port that it had last time if that is still
// free, and again if somebody else was quicker at taking it.
func (s *Server) serve(ctx context.Context, last *url.URL) error {
	if err := s.clearStale(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	port := last.Port()
	for {
		address, err := freeAddress(port)
		if err != nil {
			return err
		}
		last.Host = address
		err = s.launch(ctx, last)
		if err == nil {
			s.URL = last.String()
			return s.writeURL(last)
		}
		if ctx.Err() != nil || !mayPass(err) {
			return err
		}
		port = ""
	}
}

// mayPass is true for a port taken in between, and for the last processes of a killed server.
func mayPass(err error) bool {
	return strings.Contains(err.Error(), "Address already in use") || strings.Contains(err.Error(), "is still in use")
}

// freeAddress is on this port if it is free, else on any.
func freeAddress(port string) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil && port != "" {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return "", fmt.Errorf("find free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

func (s *Server) launch(ctx context.Context, u *url.URL) error {
	log, err := os.OpenFile(s.log(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	s.command = exec.Command(filepath.Join(s.Binaries.Dir, "postgres"), s.arguments(u.Port())...)
	s.command.Dir, s.command.Env = s.Dir, append(serverEnv(s.Binaries.Dir), s.options.Environment...)
	s.command.Stdout, s.command.Stderr = log, log
	s.account.takes(s.command)
	if err := s.command.Start(); err != nil {
		return fmt.Errorf("run postgres: %w", err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		_ = s.command.Wait() // how it ended is in its log
		close(exited)
		// Whoever forgets s, but not its URL, would otherwise have the reaper's input
		// collected and closed, and the server with it.
		runtime.KeepAlive(s)
	}()
	err = s.untilReady(ctx, u.String())
	if err != nil {
		_ = s.command.Process.Signal(os.Interrupt) // the reaper does not know of it before it has a pid file
		<-exited
	}
	return err
}

// arguments: everything by TCP on 127.0.0.1, because the path of a socket may be
// too long for one. Fresh data need not survive anything.
func (s *Server) arguments(port string) []string {
	args := []string{"-D", s.data(), "-p", port, "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "logging_collector=off", "-c", "jit=off"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	if s.options.Keep == nil {
		args = append(args, "-c", "max_connections=300")
	}
	return args
}

// LastWords are the last lines of the server's log.
func (s *Server) LastWords() string {
	content, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return lastLines(content, 5)
}
