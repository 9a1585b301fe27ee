package devdb

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
)

// Options say what kind of server is wanted.
type Options struct {
	// Keep holds the data between starts. Nil: fresh data, without durability,
	// gone when the server stops.
	Keep *Kept
	// Install allows Start to get PostgreSQL by itself where it can.
	Install bool
	// Environment is added to the server's.
	Environment []string
	// Say is told what takes time or may surprise. Nil: nobody is.
	Say func(string)
}

// Server is one running PostgreSQL. It ends with Stop, and with the program that
// started it however that ends.
type Server struct {
	URL      string // of the superuser, in the database "postgres"
	Binaries Binaries
	Dir      string // holds the data and the log

	options Options
	durable bool // what is committed survives a crash of the machine
	account account
	command *exec.Cmd
	exited  chan struct{}
	reaper  *reaper
	stop    sync.Once
}

// Start brings a server up and returns when it answers. Whoever connects to it must not
// be led elsewhere by the shell's PGHOST or PGSERVICE: it calls ForgetShell.
func Start(ctx context.Context, options Options) (*Server, error) {
	ForgetShell()
	if options.Say == nil {
		options.Say = func(string) {}
	}
	binaries, err := Find()
	if errors.Is(err, ErrNotFound) && options.Install {
		binaries, err = install(ctx, options.Say)
	}
	if err != nil {
		return nil, err
	}
	runAs, err := serverAccount()
	if err != nil {
		return nil, err
	}
	s := &Server{Binaries: binaries, options: options, durable: options.Keep != nil, account: runAs}
	if err := s.up(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("start PostgreSQL %s of %s: %w", binaries.Version, binaries.Dir, err)
	}
	return s, nil
}

func (s *Server) up(ctx context.Context) error {
	if err := s.makeDir(); err != nil {
		return err
	}
	if err := s.startReaper(); err != nil {
		return err
	}
	url, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	return s.serve(ctx, url)
}

// Exited is closed when the server's process has ended, wanted or not.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Stop ends the server, returns when it is gone, and may be called twice.
func (s *Server) Stop() {
	s.stop.Do(func() {
		if s.reaper != nil {
			s.reaper.release()
		}
		if s.exited != nil {
			<-s.exited
		}
	})
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }
func (s *Server) log() string  { return filepath.Join(s.Dir, "postgres.log") }
