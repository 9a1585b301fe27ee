// Command dev starts the whole service on a developer's machine, or runs the tests,
// with nothing set up before. cmd/dev builds and starts it. It must never be what runs in
// production.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/engine/enginetest/devtool/launch"
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
		return run(ctx, *line.Run)
	case line.Test != nil:
		return test(ctx, *line.Test)
	}
	fmt.Print(line.Answer)
	return nil
}

// testsFailed is the exit code of go test, which has said why itself.
type testsFailed int

func (e testsFailed) Error() string { return fmt.Sprintf("go test ended with %d", int(e)) }

func exitCode(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[testsFailed](err); ok {
		return int(code)
	}
	if text, ok := errors.AsType[arguments.Mistake](err); ok {
		fmt.Fprint(os.Stderr, string(text))
		return 2
	}
	if ctx.Err() != nil { // whatever failed did so because we were told to stop
		say("stopped before it was ready")
		return gotool.Interrupted
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	return 1
}

// say tells the developer what happens, and why.
func say(format string, args ...any) { fmt.Printf("dev | "+format+"\n", args...) }
