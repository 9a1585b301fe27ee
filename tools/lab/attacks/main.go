//go:build linux

// Command attacks lets one client attack a running service in every known way. The command measures
// the effect on another client, whose reads and writes must still be answered in time. All parts
// are real: PostgreSQL, the API with tokens and its default bounds, a projector, an issuer, and an
// attacker in a separate process on one processor. The command starts all parts on 127.0.0.1, and
// ends them.
//
//	go -C tools/lab run ./attacks                         all attacks: a quarter of an hour
//	go -C tools/lab run ./attacks -short                  four seconds each, with limits for a busy machine
//	go -C tools/lab run ./attacks -only idle,docs         only these attacks
//	go -C tools/lab run ./attacks -api RATE_LIMIT=0       shows the effect of a bound by removing it
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/lab/attacks/catalog"
	"example.com/pgcqrs/tools/lab/attacks/database"
	"example.com/pgcqrs/tools/lab/attacks/generator"
	"example.com/pgcqrs/tools/lab/attacks/report"
	"example.com/pgcqrs/tools/lab/attacks/world"
)

func main() {
	if err := os.Chdir(gotool.Root()); err != nil { // go -C starts this program in the folder of its module
		fmt.Fprintln(os.Stderr, "attacks:", err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if generator.Generates() {
		os.Exit(generator.Generate(ctx, catalog.Send))
	}
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "attacks:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	server, err := database.Start(ctx, o.data)
	if err != nil {
		return err
	}
	defer server.Stop()
	w, err := world.New(ctx, o.world, server.URLs)
	if err != nil {
		return err
	}
	defer w.Stop()
	rows, err := runAll(ctx, w, o, func(r report.Row) { fmt.Fprintln(os.Stderr, r.Line()) })
	if err != nil {
		return err
	}
	fmt.Fprint(out, report.Table(rows))
	return report.Judge(rows, o.limits)
}
