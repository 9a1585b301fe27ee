package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/ops"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/projector"
	"example.com/pgcqrs/engine/process/telemetry/otlp"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/workflows"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/migrations"
)

func main() {
	healthcheck := false
	cli.Program{
		Service:   naming.Service,
		Name:      "projector",
		Does:      "projector keeps the read tables up to date and relays the outbox to the broker, until it is told to end. ops inspects and repairs that work. With -healthcheck it asks the projector process that runs at the same address whether that process is ready, and exits with 0 if it is ready, and with 1 otherwise.",
		Takes:     "[-healthcheck]",
		Check:     ops.Refuse,
		Flags:     func(flags *flag.FlagSet) { probe.HealthcheckFlag(flags, &healthcheck) },
		Variables: env.Variables(&Config{}),
	}.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	do := run
	if healthcheck {
		do = askReady
	}
	if err := do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "projector:", failure.Hint(err))
		os.Exit(1)
	}
}

// askReady asks the projector process on this machine whether it is ready. askReady reads only
// PROJECTOR_ADDR.
func askReady(ctx context.Context) error {
	var config Config
	if err := env.LoadOnly(&config, "PROJECTOR_ADDR"); err != nil {
		return err
	}
	return probe.Healthcheck(ctx, config.ProjectorAddr, false)
}

func run(ctx context.Context) error {
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil {
		return err
	}
	process := config.process()
	process.Service = naming.Service
	process.Decode = events.DecodeEvent
	process.Projections = read.AddTo
	process.Folds = write.Folds
	process.WorkflowSet = workflows.Set
	process.WorkflowSet.Callers = map[string]workflow.Caller{
		// Every call of a workflow has a line above.
	}
	process.Versions = migrations.Versions
	process.Objects = schema.Objects(migrations.Triggers...)
	process.Export = otlp.Open // exports traces; without this line and its import, the program has no exporter
	return projector.Run(ctx, process)
}
