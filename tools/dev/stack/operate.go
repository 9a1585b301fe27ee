package stack

import (
	"context"
	"regexp"
	"time"

	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/port"
)

// printed matches the link that ops serve prints.
var printed = regexp.MustCompile(`console: (http://\S+)`)

// operate starts the console of the operator, and waits for the link that logs in. The service
// works without the console: if the console does not start, operate says so, and dev continues.
func (s *stack) operate(ctx context.Context) *child.Program {
	address, err := port.Place("console", "", "127.0.0.1:8085")
	if err != nil {
		console.Say("no console: %v", err)
		return nil
	}
	server, err := s.guard.Start("ops", environment.With(s.settings("ops", address)), s.program("ops"), "serve", "-addr", address)
	if err != nil {
		console.Say("no console: %v", err)
		return nil
	}
	for deadline := time.After(10 * time.Second); ; {
		if link := printed.FindStringSubmatch(server.Last()); link != nil {
			s.link = link[1]
			return server
		}
		select {
		case <-server.Ended():
			console.Say("no console: %v", server.Died())
			return server
		case <-ctx.Done():
			return server
		case <-deadline:
			console.Say("the console prints its link when it has started")
			return server
		case <-time.After(20 * time.Millisecond):
		}
	}
}
