package ops

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/process/ops/verb"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/schema/present"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/control"
)

// Config has the values that the subcommands need.
type Config struct {
	Service     string                    // name of the service, for application_name and in the chain
	Decode      event.Decode              // decodes the service's events
	Projections func(to projection.Adder) // adds every projection of the service
	Workflows   workflow.Set              // workflows of the service
	Aggregates  []snapshots.Aggregate     // aggregates whose states the console shows
	TraceURL    string                    // TRACE_LINK
	Versions    func() map[string][]int64 // versions of the schema that the program needs, by the table that lists them
	DatabaseURL string                    // DATABASE_URL: the primary
	Key         string                    // CHAIN_KEY
	PublicKey   string                    // CHAIN_PUBLIC_KEY
	Late        time.Duration             // age from which on an event without a link counts as a difference
	Logger      *slog.Logger
	Registerer  prometheus.Registerer
}

// Run executes the subcommand that args names. The caller must have parsed args with the
// subcommands that List returns. Run limits only the waits for locks and connections. A subcommand
// itself has no time limit, because its duration grows with the tables.
func Run(ctx context.Context, config Config, args []string) error {
	chosen, _, err := find(args)
	if err != nil {
		return err
	}
	pool, err := pg.Pool{
		Name:     pg.SessionName(config.Service + "-ops " + chosen.name),
		MaxConns: projection.Connections(projection.Count(config.Projections), 0),
		Needs:    pooler.Session, PinPath: true,
		Timeouts: pg.Timeouts{Lock: 35 * time.Second, Idle: 30 * time.Second},
	}.Open(ctx, config.DatabaseURL)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer pool.Close()
	return explain(ctx, pool, act(ctx, config, pool, args))
}

// explain replaces the error of a subcommand whose login lacks a right: the new error names the
// login that is needed. PostgreSQL's own error names only the table. Any other error is returned
// unchanged.
func explain(ctx context.Context, pool *pgxpool.Pool, err error) error {
	if !failure.Is(err, failure.NoRight) {
		return err
	}
	if wrong := logins.Check(ctx, pool, role.Projector, slog.New(slog.DiscardHandler)); wrong != nil {
		return fmt.Errorf("DATABASE_URL: %w; the owner's login may execute all subcommands", wrong)
	}
	return fmt.Errorf("DATABASE_URL: its login has the rights of the projector, and this needs the login that owns the tables: %w", err)
}

// act executes a subcommand on the database of a pool.
func act(ctx context.Context, config Config, pool *pgxpool.Pool, args []string) error {
	if err := present.Check(ctx, pool, config.Versions()); err != nil {
		return err
	}
	store := eventlog.New(pool, eventlog.Config{Decode: config.Decode, Logger: config.Logger, Registerer: config.Registerer}) // this log is only read; nothing is appended to it
	projections := projection.NewSet(pool, store, config.Decode, config.Logger)
	config.Projections(projections)
	workflows, err := control.New(control.Config{Set: config.Workflows, Pool: pool, Log: store, Decode: config.Decode, Logger: config.Logger})
	if err != nil {
		return err
	}
	return do(ctx, verb.Operated{
		Projections: projections,
		Dead:        dead.New(pool),
		Workflows:   workflows,
		Chained: verb.Chained{
			Service: config.Service, Pool: pool, Store: store,
			Key: config.Key, PublicKey: config.PublicKey, Late: config.Late,
		},
		Console: verb.Console{Aggregates: config.Aggregates, Decode: config.Decode, TraceURL: config.TraceURL, Logger: config.Logger},
	}, args)
}
