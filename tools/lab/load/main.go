// Command load puts load on a running service and reports how the service performed. The command
// can also compare the service with other programs and report the ratios. The command writes
// accounts and deposits to the service: never run it against a service with data that you need.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/lab/load/baselines/standin"
)

// standIns maps names to functions. A benchmark starts this program again as a separate process
// with one of these names, and that process runs only the function with this name.
var standIns = map[string]func(context.Context) error{
	"noop":      standin.ServeNoop,
	"naive":     standin.ServeNaive,
	"nats":      standin.ServeNATS,
	"collector": standin.ServeCollector,
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if err := os.Chdir(gotool.Root()); err != nil { // go -C starts this program in the folder of its module
		fmt.Fprintln(os.Stderr, "load:", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends this program immediately
	ctx, cancel := withGoRun(ctx)
	defer cancel()
	err := choose(ctx, args)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "load: stopped")
		return 130
	}
	fmt.Fprintln(os.Stderr, "load:", err)
	return 1
}

func choose(ctx context.Context, args []string) error {
	if len(args) == 1 {
		if serve, ok := standIns[args[0]]; ok {
			return serve(ctx)
		}
	}
	f, err := parse(args)
	if err != nil {
		return err
	}
	if f.baselines {
		return compare(ctx, f)
	}
	return load(ctx, f)
}
