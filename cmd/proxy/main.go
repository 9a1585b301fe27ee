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
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: proxy LISTEN TARGET")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := listen(ctx, os.Args[1], os.Args[2])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "proxy:", err)
		os.Exit(1)
	}
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
