// Command ops is the operator's verbs over the tests' own domain, for the tests beside it: it is told
// its database and its keys as a service's program is.
package main

import (
	"context"
	"embed"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/engine/ops/verbs"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/schema"
)

func main() {
	args := cli.Program{
		Service: "tank", Name: "ops", Does: "ops looks at the work of the tests.", Takes: "VERB",
		Check: func([]string) error { return cli.ErrArguments }, Verbs: verbs.List(),
	}.Parse(os.Args[1:])
	err := verbs.Run(context.Background(), verbs.Config{
		Service: "tank", Decode: tank.Decode, Projections: func(projection.Adder) {},
		Versions:    func() map[string][]int64 { return schema.Versions(schema.OfService(embed.FS{})) },
		DatabaseURL: os.Getenv("DATABASE_URL"), Key: os.Getenv("SEAL_KEY"), PublicKey: os.Getenv("SEAL_PUBLIC_KEY"),
		Logger: ops.NewLogger(ops.Log{}, os.Stderr), Registerer: ops.NewRegistry(),
	}, args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ops:", err)
		os.Exit(1)
	}
}
