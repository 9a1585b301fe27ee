package devdb

import (
	"os/exec"
	"sync"

	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
	"example.com/pgcqrs/engine/enginetest/devdb/reaper"
)

// Server is one running PostgreSQL. It ends with Stop, and with the program that started it,
// however that ends.
type Server struct {
	URL     string // of the superuser, for the database "postgres"
	Cluster cluster.Cluster

	environment []string
	say         func(string)
	durable     bool // commits survive a crash of the machine
	command     *exec.Cmd
	exited      chan struct{}
	reaper      *reaper.Reaper // nil: the server was not started
	stop        sync.Once
}

// Exited returns a channel that is closed when the server's process has ended, wanted or not.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// PID returns the number of the server's first process, the parent of all others.
func (s *Server) PID() int { return s.command.Process.Pid }

// Stop ends the server and returns when it is gone. It may be called twice.
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
