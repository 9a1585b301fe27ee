package projector

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/eventlog"
)

// sealLog seals what comes, unless that is turned off.
func sealLog(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	if config.SealInterval == 0 {
		return nil
	}
	return chain.NewLinker(config.Service, pool, store, config.SealInterval, logger, registry).Run(ctx)
}

// compareSeals compares the log with its seals, unless either is turned off.
func compareSeals(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	if config.SealInterval == 0 || config.VerifyInterval == 0 {
		return nil
	}
	return verify.NewWatcher(config.Service, pool, store, config.VerifyInterval, logger, registry).Run(ctx)
}
