package devdb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"syscall"
	"time"
)

// Kill ends all processes of the server, as a crash does. Relaunch starts the server again at the
// same address. Kill repeats the signal every second, because a child process may miss a signal.
// Without a second signal, the server may then wait for this child for a long time.
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

// Relaunch starts the server again after Kill.
func (s *Server) Relaunch(ctx context.Context) error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return fmt.Errorf("read the server's URL: %w", err)
	}
	return s.serve(ctx, u)
}
