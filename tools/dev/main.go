// Command dev starts the whole service on a developer's machine, fills the service with data, or
// runs the tests, without any preparation by the developer. The program cmd/dev builds and starts
// this command. Command dev must never run in production.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/gotest"
	"example.com/pgcqrs/tools/dev/seed"
	"example.com/pgcqrs/tools/dev/stack"
)

func main() {
	ctx, stop := gotool.UntilStopped()
	code := exitCode(ctx, command(ctx, os.Args[1:]))
	stop()
	os.Exit(code)
}

func command(ctx context.Context, args []string) error {
	line, err := arguments.Parse(launch.Service(), args)
	switch {
	case err != nil:
		return err
	case line.Run != nil:
		return stack.Run(ctx, *line.Run)
	case line.Seed != nil:
		return seed.Run(ctx, *line.Seed)
	case line.Test != nil:
		return gotest.Run(ctx, *line.Test)
	}
	fmt.Print(line.Answer)
	return nil
}

func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[gotest.Failed](err); ok {
		return int(code)
	}
	if text, ok := errors.AsType[arguments.Mistake](err); ok {
		fmt.Fprint(os.Stderr, string(text))
		return 2
	}
	if ctx.Err() != nil { // dev was told to stop, and the error is a result of that
		console.Say("stopped before it was ready")
		return gotool.Interrupted
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	return 1
}
