package main

import (
	"flag"

	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/engine/ops/verbs"
	"example.com/pgcqrs/internal/naming"
)

// program is the command line. It sets healthcheck if that is all that is asked for.
func program(healthcheck *bool) cli.Program {
	return cli.Program{
		Service:   naming.Service,
		Name:      "projector",
		Does:      "projector keeps the read tables up to date and relays the outbox to the broker, until it is told to end. With a verb it looks at that work, or mends it, while others go on with it. With -healthcheck it asks the projector that runs at the same address whether it is ready, and exits 0 if so, else 1.",
		Takes:     "[-healthcheck | VERB]",
		Flags:     func(flags *flag.FlagSet) { ops.HealthcheckFlag(flags, healthcheck) },
		Verbs:     verbs.List(),
		Variables: ops.Variables(&Config{}),
	}
}
