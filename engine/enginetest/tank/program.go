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

// Main runs a program that uses tanks, until it ends or a signal stops it. Then Main exits.
func Main(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Versions returns the numbers of the migrations that a program with tanks needs. These are only
// the engine's migrations, because package tank has no migrations.
func Versions() map[string][]int64 { return schema.Versions(schema.OfService(embed.FS{})) }
