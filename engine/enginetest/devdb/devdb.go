package devdb

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devdb/install"
	"example.com/pgcqrs/engine/enginetest/devdb/platform"
	"example.com/pgcqrs/engine/enginetest/devdb/reaper"
	"example.com/pgcqrs/engine/enginetest/devdb/shell"
)

// Options contains the settings of the server to start.
type Options struct {
	// Keep is the directory of the data. This data stays after the server has ended. If Keep is
	// nil, the server gets new data. This data is not durable, and is removed when the server
	// stops.
	Keep *datadir.Kept
	// Install allows Start to install PostgreSQL, if this is possible without asking the user.
	Install bool
	// Environment is added to the environment of the server.
	Environment []string
	// Start calls Say with messages about steps that take long or may surprise the user. If Say is
	// nil, there are no messages.
	Say func(string)
}

// Start starts a server, and returns when the server accepts connections. Start calls shell.Forget,
// because variables of the shell such as PGHOST could direct connections to another server.
func Start(ctx context.Context, options Options) (*Server, error) {
	shell.Forget()
	if options.Say == nil {
		options.Say = func(string) {}
	}
	found, err := binaries.Find()
	if errors.Is(err, binaries.ErrNotFound) && options.Install {
		found, err = install.PostgreSQL(ctx, options.Say)
	}
	if err != nil {
		return nil, err
	}
	runAs, err := platform.ServerAccount()
	if err != nil {
		return nil, err
	}
	s := &Server{environment: options.Environment, say: options.Say, durable: options.Keep != nil}
	if err := s.up(ctx, found, runAs, options.Keep); err != nil {
		s.Stop()
		return nil, fmt.Errorf("start PostgreSQL %s of %s: %w", found.Version, found.Dir, err)
	}
	return s, nil
}

func (s *Server) up(ctx context.Context, programs binaries.Binaries, runAs platform.Account, keep *datadir.Kept) (err error) {
	if s.Cluster, err = cluster.New(programs, runAs, keep); err != nil {
		return err
	}
	if s.reaper, err = reaper.Start(s.Cluster); err != nil {
		return err
	}
	url, err := s.Cluster.Make(ctx)
	if err != nil {
		return err
	}
	return s.serve(ctx, url)
}
