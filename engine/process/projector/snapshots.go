package projector

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/snapshots/keeper"
)

// keepSnapshots takes snapshots of long streams until ctx ends. If SNAPSHOT_EVERY is 0, or the key
// of the snapshots is missing, keepSnapshots does nothing.
func keepSnapshots(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	key, err := snapshots.NewKey(config.SnapshotKey)
	switch {
	case err != nil:
		return fmt.Errorf("SNAPSHOT_KEY: %w", err)
	case config.SnapshotEvery == 0:
		return nil
	case key == nil:
		logger.InfoContext(ctx, "no snapshots of long streams are taken: SNAPSHOT_KEY is not set; set it to the same secret here and for the API, such as openssl rand -hex 32 prints")
		return nil
	}
	return keeper.New(pool, store, config.SnapshotEvery, key, logger, registry, config.Folds...).Run(ctx)
}
