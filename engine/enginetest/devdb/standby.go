package devdb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// StartStandby brings up a streaming replica of a running server of ours, on a fresh
// copy of its data. It is as durable as the primary, and ends as that one does.
func StartStandby(ctx context.Context, primary *Server) (*Server, error) {
	s := &Server{Binaries: primary.Binaries, options: Options{Say: primary.options.Say}, durable: primary.durable, account: primary.account}
	if err := s.follow(ctx, primary); err != nil {
		s.Stop()
		return nil, fmt.Errorf("start standby: %w", err)
	}
	return s, nil
}

func (s *Server) follow(ctx context.Context, primary *Server) error {
	if err := s.makeDir(); err != nil {
		return err
	}
	if err := s.startReaper(); err != nil {
		return err
	}
	// -R makes it a standby that knows where its primary is.
	command := exec.CommandContext(ctx, filepath.Join(s.Binaries.Dir, "pg_basebackup"),
		"--pgdata="+s.data(), "--dbname="+primary.URL, "-R", "--checkpoint=fast", "--wal-method=stream", "--no-sync")
	command.Dir, command.Env = s.Dir, serverEnv(s.Binaries.Dir)
	s.account.takes(command)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup: %w: %s", err, lastLines(output, 5))
	}
	u, err := url.Parse(primary.URL)
	if err != nil {
		return fmt.Errorf("read the primary's URL: %w", err)
	}
	mine := *u
	mine.Host = "127.0.0.1" // and a port of its own
	return s.serve(ctx, &mine)
}

// PID is the server's first process, the parent of all others.
func (s *Server) PID() int { return s.command.Process.Pid }

// Kill ends the server as a crash does, with all of its processes; Relaunch starts it
// again, at the same address. It says so again and again: a server that waits for a child which
// has not heard it kills that one after five seconds, but may look at its watch only once a minute.
func (s *Server) Kill() error {
	for {
		if err := s.command.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("kill the server: %w", err)
		}
		select {
		case <-s.exited:
			return nil
		case <-time.After(time.Second):
		}
	}
}

// Relaunch starts a server that was killed.
func (s *Server) Relaunch(ctx context.Context) error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return fmt.Errorf("read the server's URL: %w", err)
	}
	return s.serve(ctx, u)
}
