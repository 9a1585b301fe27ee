package projector

import (
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/projection"
)

// othersHold is the number of connections that the relay of the outbox, the linker of the chain and
// the keeper of snapshots use all the time.
const othersHold = 3

// heldByOthers returns the number of connections that are used all the time, but not by
// projections. These are othersHold connections, and one connection for the reactions of each
// workflow.
func (c Config) heldByOthers() int {
	if !c.runsWorkflows() {
		return othersHold
	}
	return othersHold + len(c.WorkflowSet.Workflows)
}

// open connects to the primary, with a pool that has enough connections for the projections. The
// idle timeout of the sessions is longer than the time limit of a batch of events (30 s).
func open(ctx context.Context, config Config) (*pgxpool.Pool, error) {
	return pg.Pool{
		Name:     pg.SessionName(config.Service + "-projector"),
		MaxConns: projection.Connections(projection.Count(config.Projections), config.heldByOthers()),
		Needs:    pooler.Session, PinPath: true,
		Timeouts: pg.Timeouts{Statement: 35 * time.Second, Lock: 35 * time.Second, Idle: 30 * time.Second},
	}.Open(ctx, config.DatabaseURL)
}

// listenConfig returns the configuration of the connection that receives notifications.
// listenConfig fails if a pooler drops notifications. It does not check whether the server can be
// reached: the listener does that, and retries.
func listenConfig(ctx context.Context, config Config) (*pgx.ConnConfig, error) {
	listening, err := dsn.Config(cmp.Or(config.ListenDatabaseURL, config.DatabaseURL), config.Service+"-listener")
	if err != nil {
		return nil, err
	}
	pg.Timeouts{Statement: 10 * time.Second, Lock: 10 * time.Second, Idle: 10 * time.Second}.Bound(listening)
	if config.ListenDatabaseURL != "" {
		if err := pooler.Check(ctx, listening.ConnConfig, pooler.Session); err != nil {
			return nil, err
		}
	}
	return listening.ConnConfig, nil
}
