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

// linkLog adds links for new events to the chain until ctx ends. A link is a hash over some events
// and over the previous link. If CHAIN_INTERVAL is 0, linkLog does nothing.
func linkLog(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	if config.ChainInterval == 0 {
		return nil
	}
	return chain.NewLinker(config.Service, pool, store, config.ChainInterval, logger, registry).Run(ctx)
}

// verifyChain compares the log with its chain of hashes at intervals. If CHAIN_INTERVAL or
// CHAIN_VERIFY_INTERVAL is 0, verifyChain does nothing.
func verifyChain(ctx context.Context, config Config, pool *pgxpool.Pool, store *eventlog.Store, logger *slog.Logger, registry prometheus.Registerer) error {
	if config.ChainInterval == 0 || config.ChainVerifyInterval == 0 {
		return nil
	}
	return verify.NewWatcher(config.Service, pool, store, config.ChainVerifyInterval, logger, registry).Run(ctx)
}
