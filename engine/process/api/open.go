package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/schema/present"
)

// openBoth connects to the database to which commands write, and to the database from which queries
// read.
func openBoth(ctx context.Context, config Config, logger *slog.Logger) (writes, reads *pgxpool.Pool, closeBoth func(), err error) {
	if writes, err = openWrites(ctx, config); err != nil {
		return nil, nil, nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	if reads, err = openReads(ctx, config, pg.SearchPath(writes.Config().ConnConfig), logger); err != nil {
		writes.Close()
		return nil, nil, nil, fmt.Errorf("READ_DATABASE_URL: %w", err)
	}
	dsn.WarnUnencrypted(writes.Config().ConnConfig, "DATABASE_URL", logger)
	if config.ReadDatabaseURL != "" {
		dsn.WarnUnencrypted(reads.Config().ConnConfig, "READ_DATABASE_URL", logger)
	}
	return writes, reads, func() { reads.Close(); writes.Close() }, nil
}

// lockFor, flightFor and settleFor return different time limits, each of them a part of
// COMMAND_TIMEOUT. A flight is a transaction with a batch of appends. The database server stops
// waiting for a lock (lockFor) before the process gives up the flight (flightFor), so that the
// error says that nothing happened. A flight may begin just before its command times out. Even such
// a flight ends before the process answers the command.
func lockFor(config Config) time.Duration   { return config.CommandTimeout * 3 / 10 }
func flightFor(config Config) time.Duration { return config.CommandTimeout * 4 / 10 }
func settleFor(config Config) time.Duration { return config.CommandTimeout * 5 / 10 }

// openWrites connects to the primary. openWrites fails if the program can't work with the primary's
// schema.
func openWrites(ctx context.Context, config Config) (*pgxpool.Pool, error) {
	pool, err := pg.Pool{
		Name: config.Service + "-api", MaxConns: config.WriteConns, PinPath: true,
		Timeouts: pg.Timeouts{Statement: config.CommandTimeout + 5*time.Second, Lock: lockFor(config), Idle: 10 * time.Second},
	}.Open(ctx, config.DatabaseURL)
	if err != nil {
		return nil, err
	}
	if err := present.Check(ctx, pool, config.Versions()); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// openReads connects to the database from which queries read. openReads succeeds even if a replica
// can't be reached or has an old schema, because commands can be accepted without the replica. If
// the URL of the replica sets no search_path, openReads uses the search_path of the primary, which
// is in the parameter path.
func openReads(ctx context.Context, config Config, path string, logger *slog.Logger) (*pgxpool.Pool, error) {
	kind := pg.Pool{
		Name: config.Service + "-api", MaxConns: config.ReadConns, MayBeAway: config.ReadDatabaseURL != "", SearchPath: path,
		Timeouts: pg.Timeouts{Statement: config.QueryTimeout + 5*time.Second, Lock: config.QueryTimeout, Idle: 10 * time.Second},
	}
	pool, err := kind.Open(ctx, cmp.Or(config.ReadDatabaseURL, config.DatabaseURL))
	away := errors.Is(err, pg.ErrAway)
	if err != nil && !away {
		return nil, err
	}
	if err == nil {
		err = present.Check(ctx, pool, config.Versions())
	}
	switch {
	case err == nil:
		return pool, nil
	case kind.MayBeAway:
		logger.Warn("the read database is not ready, queries will be refused", "error", err)
		return pool, nil
	}
	pool.Close()
	return nil, err
}

// readGauge returns the gauge that shows whether the process can answer queries. Readiness does not
// show this: as long as the process can accept commands, it is ready even if it can't answer
// queries.
func readGauge(registry prometheus.Registerer) prometheus.Gauge {
	return promauto.With(registry).NewGauge(prometheus.GaugeOpts{
		Name: "read_database_up", Help: "1 if the database that queries read from answered when /readyz last looked.",
	})
}
