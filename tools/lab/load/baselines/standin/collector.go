package standin

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
)

// ServeCollector runs a collector of traces, which takes all spans and forgets them.
func ServeCollector(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("POST /v1/traces", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // if this fails, the program that sends the spans has ended
		w.WriteHeader(http.StatusOK)
	})
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	return process.Server{
		Name: "collector", Addr: "127.0.0.1:0", Handler: mux, Logger: logger, Readiness: probe.NewReadiness(logger, nil),
	}.Run(ctx)
}
