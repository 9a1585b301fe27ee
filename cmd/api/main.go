package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/telemetry/otlp"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/migrations"
)

func main() {
	healthcheck := false
	cli.Program{
		Service:   naming.Service,
		Name:      "api",
		Does:      "api serves the HTTP API until it is told to end: it writes commands' events to the log, and answers queries from the read models. All settings come from the environment. With -healthcheck it asks the api process that runs at the same addresses whether that process is ready, and exits with 0 if it is ready, and with 1 otherwise.",
		Takes:     "[-healthcheck]",
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
		fmt.Fprintln(os.Stderr, "api:", failure.Hint(err))
		os.Exit(1)
	}
}

// askReady asks the API process on this machine whether it is ready. askReady reads only the
// environment variables that determine the address of the probes.
func askReady(ctx context.Context) error {
	var config Config
	if err := env.LoadOnly(&config, "API_ADDR", "API_OPS_ADDR", "AUTH", "TLS_CERT"); err != nil {
		return err
	}
	if config.Auth == "off" {
		return probe.Healthcheck(ctx, config.APIAddr, config.TLSCert != "")
	}
	return probe.Healthcheck(ctx, config.APIOpsAddr, false)
}

func run(ctx context.Context) error {
	var config Config
	if err := config.load(); err != nil {
		return err
	}
	process := config.process()
	process.Service = naming.Service
	process.Decode = events.DecodeEvent
	process.Erasing = events.Erasing
	process.Versions = migrations.Versions
	process.Objects = schema.Objects(migrations.Triggers...)
	process.Wire = wire
	process.Export = otlp.Open // exports traces; without this line and its import, the program has no exporter
	return api.Run(ctx, process)
}
