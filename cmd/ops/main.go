// Command ops has the subcommands (verbs) for operators. A subcommand shows or repairs the work of
// the projector, while the projector runs. The command ops -h lists the subcommands;
// engine/process/ops implements them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/ops"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/workflows"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/migrations"
)

func main() {
	args := cli.Program{
		Service:   naming.Service,
		Name:      "ops",
		Does:      "ops inspects and repairs the work of the projectors while they run: projections, workflows, messages that the broker refuses, and the hash chain over the log.",
		Takes:     "SUBCOMMAND",
		Check:     func([]string) error { return cli.ErrArguments },
		Verbs:     ops.List(),
		Variables: env.Variables(&Config{}),
	}.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "ops:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil {
		return err
	}
	process.SpendMemory()
	return ops.Run(ctx, ops.Config{
		Service: naming.Service, Decode: events.DecodeEvent, Versions: migrations.Versions,
		Projections: read.AddTo, Workflows: workflows.Set, Aggregates: write.Folds, TraceURL: config.TraceURL,
		DatabaseURL: config.DatabaseURL,
		Key:         config.ChainKey, PublicKey: config.ChainPublicKey, Late: 2 * config.ChainInterval,
		Logger: process.NewLogger(config.Log, os.Stderr), Registerer: probe.NewRegistry(),
	}, args)
}
