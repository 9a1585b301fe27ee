package devdb

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
	"example.com/pgcqrs/engine/enginetest/devdb/reaper"
)

// StartStandby copies the data of a running server, and starts a streaming replica of the server on
// the copy. The replica is as durable as the primary. It ends when Stop is called, and also when
// the program that has started the primary ends.
func StartStandby(ctx context.Context, primary *Server) (*Server, error) {
	s := &Server{say: primary.say, durable: primary.durable}
	if err := s.follow(ctx, primary); err != nil {
		s.Stop()
		return nil, fmt.Errorf("start standby: %w", err)
	}
	return s, nil
}

func (s *Server) follow(ctx context.Context, primary *Server) (err error) {
	if s.Cluster, err = cluster.New(primary.Cluster.Binaries, primary.Cluster.Account, nil); err != nil {
		return err
	}
	if s.reaper, err = reaper.Start(s.Cluster); err != nil {
		return err
	}
	// Because of the option -R, the copy is configured as a standby that follows the primary.
	command := exec.CommandContext(ctx, filepath.Join(s.Cluster.Binaries.Dir, "pg_basebackup"),
		"--pgdata="+s.Cluster.Data(), "--dbname="+primary.URL, "-R", "--checkpoint=fast", "--wal-method=stream", "--no-sync")
	command.Dir, command.Env = s.Cluster.Dir, s.Cluster.Binaries.Env()
	s.Cluster.Account.Takes(command)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup: %w: %s", err, binaries.LastLines(output, 5))
	}
	u, err := url.Parse(primary.URL)
	if err != nil {
		return fmt.Errorf("read the primary's URL: %w", err)
	}
	mine := *u
	mine.Host = "127.0.0.1" // the replica has its own port
	return s.serve(ctx, &mine)
}
