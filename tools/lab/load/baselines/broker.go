package baselines

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
)

// broker starts NATS JetStream in a process of its own, with its data on the disk of
// the databases, and returns its URL.
func (b *bench) broker(ctx context.Context) (url string, err error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(b.dir, "nats-")
	if err != nil {
		return "", fmt.Errorf("make directory for NATS: %w", err)
	}
	p, err := b.startSelf(ctx, "nats", "NATS_PORT="+strconv.Itoa(port), "NATS_DIR="+dir)
	if err != nil {
		return "", err
	}
	b.ends = append(b.ends, p.stop)
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

// ServeNATS is a broker, with a server that says when it is ready.
func ServeNATS(ctx context.Context) error {
	port, err := strconv.Atoi(os.Getenv("NATS_PORT"))
	if err != nil {
		return fmt.Errorf("NATS_PORT: %w", err)
	}
	broker, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: os.Getenv("NATS_DIR"), NoSigs: true, NoLog: true,
	})
	if err != nil {
		return fmt.Errorf("make NATS server: %w", err)
	}
	broker.Start()
	defer broker.WaitForShutdown()
	defer broker.Shutdown()
	if !broker.ReadyForConnections(10 * time.Second) {
		return errors.New("NATS server is not ready after 10 s")
	}
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	return process.Server{
		Name: "nats", Addr: "127.0.0.1:0", Logger: logger, Readiness: probe.NewReadiness(logger, nil),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
	}.Run(ctx)
}
