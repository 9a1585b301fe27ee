// Command dev starts the whole service on a developer's machine, or runs the tests,
// with nothing set up before. It must never be what runs in production.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const usage = `dev starts the service, or its tests, with a database of their own.

  go run ./cmd/dev run [flags]                  database, migrations, broker, API and projector, until Ctrl-C
  go run ./cmd/dev test [flags] [go test args]  a database, and go test on it

-h after either says more.
`

const databaseUsage = `-db says which PostgreSQL to take:
  local   this machine's own binaries (PG_BINDIR, PATH, the usual places); on Debian and
          Ubuntu missing ones are installed
  docker  a container of POSTGRES_IMAGE (postgres:18)
  auto    local if there are binaries, else docker if it has the image, else installed ones
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), signals()...)
	go func() {
		<-ctx.Done()
		time.Sleep(time.Second) // one Ctrl-C may arrive twice: for us and for our process group
		stop()                  // the next one ends us at once; what we started goes with us
	}()
	ctx, cancel := withGoRun(ctx)
	code := exitCode(ctx, command(ctx, os.Args[1:]))
	cancel()
	os.Exit(code)
}

func command(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usageError(usage)
	}
	switch args[0] {
	case "run":
		return run(ctx, args[1:])
	case "test":
		return test(ctx, args[1:])
	case "-h", "-help", "--help", "help":
		if len(args) > 1 {
			return command(ctx, []string{args[1], "-h"})
		}
		fmt.Print(usage)
		return nil
	}
	return usageError("dev: there is no command " + args[0] + "\n\n" + usage)
}

// signals end us. A hangup does not if whoever started us said so (nohup).
func signals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// usageError is a mistake on the command line: the text says how to do better.
type usageError string

func (e usageError) Error() string { return string(e) }

// interrupted is the exit code after Ctrl-C, as shells have it.
const interrupted = 130

// testsFailed is the exit code of go test, which has said why itself.
type testsFailed int

func (e testsFailed) Error() string { return fmt.Sprintf("go test ended with %d", int(e)) }

func exitCode(ctx context.Context, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if code, ok := errors.AsType[testsFailed](err); ok {
		return int(code)
	}
	if text, ok := errors.AsType[usageError](err); ok {
		fmt.Fprint(os.Stderr, string(text))
		return 2
	}
	if ctx.Err() != nil { // whatever failed did so because we were told to stop
		say("stopped before it was ready")
		return interrupted
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	return 1
}

// say tells the developer what happens, and why.
func say(format string, args ...any) { fmt.Printf("dev | "+format+"\n", args...) }
