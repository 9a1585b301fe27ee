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

// Main runs a program of tanks until it ends by itself or by a signal, and exits.
func Main(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Versions returns the migrations that a program of tanks knows: only the engine's, as tanks have
// none.
func Versions() map[string][]int64 { return schema.Versions(schema.OfService(embed.FS{})) }
