package tank

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/pgcqrs/engine/schema"
)

// Main runs a program of tanks until it ends or is stopped by a signal, and then exits.
func Main(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Versions returns the migrations that a program of tanks needs: only the engine's, because tanks
// have no migration.
func Versions() map[string][]int64 { return schema.Versions(schema.OfService(embed.FS{})) }
