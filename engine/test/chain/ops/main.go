// Command ops is the operator's program of a service that uses the test domain. Only the tests in
// engine/test/chain use command ops. Like a real service's program, command ops reads the database
// URL and the keys from the environment.
package main

import (
	"context"
	"os"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/ops"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/projection"
)

func main() { tank.Main("ops", run) }

func run(ctx context.Context) error {
	args := cli.Program{
		Service: "tank", Name: "ops", Does: "ops looks at the work of the tests.", Takes: "SUBCOMMAND",
		Check: func([]string) error { return cli.ErrArguments }, Verbs: ops.List(),
	}.Parse(os.Args[1:])
	return ops.Run(ctx, ops.Config{
		Service: "tank", Decode: tank.Decode, Projections: func(projection.Adder) {},
		Versions:    tank.Versions,
		DatabaseURL: os.Getenv("DATABASE_URL"), Key: os.Getenv("CHAIN_KEY"), PublicKey: os.Getenv("CHAIN_PUBLIC_KEY"),
		Logger: process.NewLogger(process.Log{}, os.Stderr), Registerer: probe.NewRegistry(),
	}, args)
}
