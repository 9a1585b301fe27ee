package devdb

import (
	"os/exec"
	"sync"

	"example.com/pgcqrs/engine/enginetest/devdb/cluster"
	"example.com/pgcqrs/engine/enginetest/devdb/reaper"
)

// Server is one running PostgreSQL. It ends with Stop, and with the program that
// started it however that ends.
type Server struct {
	URL     string // of the superuser, in the database "postgres"
	Cluster cluster.Cluster

	environment []string
	say         func(string)
	durable     bool // what is committed survives a crash of the machine
	command     *exec.Cmd
	exited      chan struct{}
	reaper      *reaper.Reaper // nil: the server was not begun
	stop        sync.Once
}

// Exited is closed when the server's process has ended, wanted or not.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// PID is the server's first process, the parent of all others.
func (s *Server) PID() int { return s.command.Process.Pid }

// Stop ends the server, returns when it is gone, and may be called twice.
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
