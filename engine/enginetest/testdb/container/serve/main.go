// Command serve runs a PostgreSQL container for tools/dev. Command serve prints the URL of the
// server on one line. When its own standard input ends, command serve ends the container. The input
// ends even if tools/dev is killed. Command serve is in the folder enginetest, because only test
// code may import testcontainers.
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

	"example.com/pgcqrs/engine/enginetest/testdb/container"
)

func main() {
	keep := flag.String("keep", "", "`name` of a container and of the volume with its data, whose password is in POSTGRES_PASSWORD; empty: fresh data, without durability")
	flag.Parse()
	if err := run(*keep); err != nil {
		fmt.Fprintln(os.Stderr, "container:", err)
		os.Exit(1)
	}
}

func run(keep string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the input ends when tools/dev has ended
		stop()
	}()
	server, err := start(ctx, keep)
	defer func() { err = errors.Join(err, server.Stop()) }()
	if err != nil {
		return err
	}
	fmt.Println(server.URL)
	<-ctx.Done()
	return nil
}

func start(ctx context.Context, keep string) (*container.Server, error) {
	if keep == "" {
		return container.Fresh(ctx)
	}
	return container.Kept(ctx, keep, os.Getenv("POSTGRES_PASSWORD"))
}
