package standin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
)

// ServeNATS runs a NATS broker, and an HTTP server that answers when the broker is ready.
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
