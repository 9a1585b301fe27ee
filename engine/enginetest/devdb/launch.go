package devdb

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

func (s *Server) launch(ctx context.Context, u *url.URL) error {
	log, err := os.OpenFile(s.Cluster.Log(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	s.command = exec.Command(filepath.Join(s.Cluster.Binaries.Dir, "postgres"), s.arguments(u.Port())...)
	s.command.Dir, s.command.Env = s.Cluster.Dir, append(s.Cluster.Binaries.Env(), s.environment...)
	s.command.Stdout, s.command.Stderr = log, log
	s.Cluster.Account.Takes(s.command)
	if err := s.command.Start(); err != nil {
		return fmt.Errorf("run postgres: %w", err)
	}
	exited := make(chan struct{})
	s.exited = exited
	go func() {
		_ = s.command.Wait() // the server's log says how it ended
		close(exited)
		// A program may use only the URL of the server, and have no reference to s. Then the
		// garbage collector could close the input of the reaper, and so end the server. The call of
		// KeepAlive prevents this.
		runtime.KeepAlive(s)
	}()
	err = s.untilReady(ctx, u.String())
	if err != nil {
		_ = s.command.Process.Signal(os.Interrupt) // the reaper finds the server by the server's pid file, but perhaps this file does not exist yet
		<-exited
	}
	return err
}

// arguments returns the command line of the server. The server listens only on 127.0.0.1 by TCP,
// because the path of a Unix socket may be too long. If the data need not be durable, the server
// does not sync it to disk.
func (s *Server) arguments(port string) []string {
	args := []string{"-D", s.Cluster.Data(), "-p", port, "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "logging_collector=off", "-c", "jit=off"}
	if !s.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	if s.Cluster.Keep == nil {
		args = append(args, "-c", "max_connections=300")
	}
	return args
}
