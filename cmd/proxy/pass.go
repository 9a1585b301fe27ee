package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// pass joins a client with a backend until both have said all they had to say.
func pass(ctx context.Context, client net.Conn, b *backends) {
	defer func() { _ = client.Close() }()
	backend, err := b.connect(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "proxy:", err)
		return
	}
	defer func() { _ = backend.Close() }()
	var both sync.WaitGroup
	both.Go(func() { forward(backend, client) })
	both.Go(func() { forward(client, backend) })
	both.Wait()
}

// forward copies one direction and then closes it, so that the other end sees
// the end too. An error means that somebody hung up, which both ends know.
func forward(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		_ = from.Close()
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
