package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
)

// Broker starts NATS JetStream in a separate process, with its data on the same disk as the
// databases, and returns its URL.
func (b *Bench) Broker(ctx context.Context) (url string, err error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(b.Lab.Dir, "nats-")
	if err != nil {
		return "", fmt.Errorf("make directory for NATS: %w", err)
	}
	p, err := b.Lab.StartSelf(ctx, "nats", "NATS_PORT="+strconv.Itoa(port), "NATS_DIR="+dir)
	if err != nil {
		return "", err
	}
	b.ends = append(b.ends, p.Stop)
	return fmt.Sprintf("nats://127.0.0.1:%d", port), nil
}

func freePort() (int, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0, fmt.Errorf("find free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.New("a TCP listener has no TCP address")
	}
	return address.Port, nil
}
