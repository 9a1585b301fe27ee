package projector

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/schema/present"
)

// workerConns limits the connections of the worker, which the appends and the running jobs use.
const workerConns = 10

// openWorker connects to the database with the login that runs the jobs of workflows. The time
// limits of these connections are those of the API's writes at the default COMMAND_TIMEOUT, because
// the jobs append events, too. The parameter pool connects to DATABASE_URL. openWorker fails if
// WORKER_DATABASE_URL names another database, or if the login has no right to append events or to
// execute the jobs of the queue.
func openWorker(ctx context.Context, config Config, pool *pgxpool.Pool, logger *slog.Logger) (*pgxpool.Pool, error) {
	variable := "WORKER_DATABASE_URL"
	if config.WorkerDatabaseURL == "" {
		variable = "WORKER_DATABASE_URL is not set, so the jobs of workflows use DATABASE_URL"
		logger = slog.New(slog.DiscardHandler) // the warnings about this URL are in the log already
	}
	worker, err := pg.Pool{
		Name: config.Service + "-worker", MaxConns: workerConns, Needs: pooler.Session, PinPath: true,
		Timeouts: pg.Timeouts{Statement: 15 * time.Second, Lock: 3 * time.Second, Idle: 10 * time.Second},
	}.Open(ctx, cmp.Or(config.WorkerDatabaseURL, config.DatabaseURL))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", variable, err)
	}
	dsn.WarnUnencrypted(worker.Config().ConnConfig, variable, logger)
	if err := checkWorker(ctx, config, pool, worker, logger); err != nil {
		worker.Close()
		return nil, fmt.Errorf("%s: %w", variable, err)
	}
	return worker, nil
}

// checkWorker returns an error if the two pools do not use the same tables, or if the worker's
// login lacks rights.
func checkWorker(ctx context.Context, config Config, pool, worker *pgxpool.Pool, logger *slog.Logger) error {
	if err := present.Check(ctx, worker, config.Versions()); err != nil {
		return err
	}
	if config.WorkerDatabaseURL != "" {
		if err := samePlace(ctx, pool, worker); err != nil {
			return err
		}
	}
	return logins.Check(ctx, worker, role.Worker, logger)
}

// samePlace returns an error if the connections of two pools do not use the same tables.
func samePlace(ctx context.Context, pool, worker *pgxpool.Pool) error {
	want, err := locate(ctx, pool)
	if err != nil {
		return err
	}
	have, err := locate(ctx, worker)
	if err != nil {
		return err
	}
	if want.cluster == "" || have.cluster == "" { // one of the logins may not read it
		want.cluster, have.cluster = "", ""
	}
	if want != have {
		return fmt.Errorf("it leads to %s, and DATABASE_URL to %s: both must lead to the same tables", have, want)
	}
	return nil
}

// place identifies the tables that a login works with.
type place struct {
	cluster          string // identifier of the database cluster; "": the login may not read it
	database, schema string
	events           uint32 // oid of the table events, which tells a database from one of the same name before
}

// String describes the place for an error.
func (p place) String() string {
	return fmt.Sprintf("database %q, schema %q (cluster %s, table events %d)", p.database, p.schema, cmp.Or(p.cluster, "unknown"), p.events)
}

// locate returns the place of a pool, which identifies the tables that the pool's connections use.
func locate(ctx context.Context, pool *pgxpool.Pool) (found place, err error) {
	const (
		tables  = `SELECT current_database(), coalesce(current_schema(), ''), coalesce(to_regclass('events')::oid, 0)`
		cluster = `SELECT system_identifier::text FROM pg_control_system()`
	)
	if err := pool.QueryRow(ctx, tables).Scan(&found.database, &found.schema, &found.events); err != nil {
		return place{}, fmt.Errorf("look at the database: %w", err)
	}
	err = pool.QueryRow(ctx, cluster).Scan(&found.cluster)
	if err != nil && !failure.Is(err, failure.NoRight) {
		return place{}, fmt.Errorf("look at the database cluster: %w", err)
	}
	return found, nil
}
