package edge

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/internal/write/account"
)

// A write through everything but the network and the log behind it.
func BenchmarkDeposit(b *testing.B) {
	for name, logged := range map[string]bool{"": false, "logged": true} {
		b.Run(name, func(b *testing.B) {
			handler, err := New(Options{
				Check: auth.Anybody,
				Accounts: Accounts{Handle: func(context.Context, uuid.UUID, account.Command, command.Request) (command.Result, error) {
					return command.Result{StreamID: ada, Version: 3, Position: 42}, nil
				}},
				Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)), AccessLog: logged, //nolint:sloglint // what formatting costs is part of it
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://api"+deposits, strings.NewReader(`{"amount":1250,"reference":"salary"}`))
				r.Header = http.Header{"Content-Type": {jsonType}, "Idempotency-Key": {"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"}}
				handler.ServeHTTP(nopWriter{http.Header{}}, r)
			}
		})
	}
}
