package devdb

import (
	"os/exec"
	"sync"

	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
	"example.com/pgcqrs/engine/enginetest/devdb/reaper"
)

// Server is a running PostgreSQL server. It ends when Stop is called, and also when the program
// that has started it ends in any way.
type Server struct {
	URL     string // URL of the superuser, for the database "postgres"
	Cluster cluster.Cluster

	environment []string
	say         func(string)
	durable     bool // commits survive a crash of the machine
	command     *exec.Cmd
	exited      chan struct{}
	reaper      *reaper.Reaper // nil until the server was started
	stop        sync.Once
}

// Exited returns a channel that is closed when the process of the server has ended, for any reason.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// PID returns the process id of the postmaster, which is the parent of all other processes of the
// server.
func (s *Server) PID() int { return s.command.Process.Pid }

// Stop ends the server, and returns when the server has ended. A second call of Stop does nothing.
func (s *Server) Stop() {
	s.stop.Do(func() {
		if s.reaper != nil {
			s.reaper.Release()
		}
		if s.exited != nil {
			<-s.exited
		}
	})
}
