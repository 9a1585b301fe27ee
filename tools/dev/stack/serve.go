package stack

import (
	"context"
	"os"
	"slices"
	"strings"
	"syscall"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/port"
	"example.com/pgcqrs/tools/dev/ready"
)

// serve starts a server and waits until the server is ready. If another program takes the chosen
// port meanwhile, serve tries again with another port. For a server that the developer starts,
// serve starts nothing and returns a nil child.
func (s *stack) serve(ctx context.Context, name, given, usual string) (*child.Program, error) {
	for {
		address, probes, err := s.places(name, given, usual)
		if err != nil {
			return nil, err
		}
		if slices.Contains(s.without, name) {
			s.addresses[name] = address
			return nil, s.leaveOut(name, address)
		}
		server, err := s.guard.Start(name, environment.With(s.settings(name, address)), s.program(name))
		if err != nil {
			return nil, err
		}
		err = ready.Until(ctx, server, probes)
		if err == nil {
			s.addresses[name] = address
			return server, nil
		}
		server.Stop(syscall.SIGTERM)
		if given != "" && !port.Any(given) || !strings.Contains(server.Last(), "the address is in use") {
			return nil, s.repairs().Say(name, err)
		}
	}
}

// places returns the address on which a server listens, and the address of the server's probes.
func (s *stack) places(name, given, usual string) (address, probes string, err error) {
	if address, err = port.Place(name, given, usual); err != nil || name != "api" {
		return address, address, err
	}
	s.probes = address
	if !s.open {
		s.probes, err = port.Place("API's probes", os.Getenv("API_OPS_ADDR"), "127.0.0.1:8082")
	}
	return address, s.probes, err
}
