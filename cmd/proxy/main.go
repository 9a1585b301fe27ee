// Command proxy gives several API processes one address, so that
// docker compose up --scale api=2 works and the port stays the same. It passes
// TCP connections on and must never look inside them: in production whatever
// balances load there takes its place.
//
//	proxy LISTEN TARGET    e.g. proxy :8080 api:8080, where api has an address per process
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/internal/naming"
)

var program = cli.Program{
	Service: naming.Service,
	Name:    "proxy",
	Does:    "proxy gives several API processes one address: it passes TCP connections from LISTEN on to the addresses of TARGET in turn. Both are host:port, as in proxy :8080 api:8080.",
	Takes:   "LISTEN TARGET",
	Check:   checkAddresses,
}

func main() {
	addresses := program.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := listen(ctx, addresses[0], addresses[1])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "proxy:", err)
		os.Exit(1)
	}
}

func checkAddresses(args []string) error {
	if len(args) != 2 {
		return cli.ErrArguments
	}
	for i, arg := range args {
		host, port, err := net.SplitHostPort(arg)
		if err != nil || port == "" || i == 1 && host == "" {
			return fmt.Errorf("%q is no address like 127.0.0.1:8080", arg)
		}
	}
	return nil
}

func listen(ctx context.Context, address, target string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return serve(ctx, listener, newBackends(target))
}

// serve passes connections on until ctx ends; those still open then go on to
// their own end, or to that of the process.
func serve(ctx context.Context, listener net.Listener, b *backends) error {
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	for {
		client, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) && ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		go pass(ctx, client, b)
	}
}
