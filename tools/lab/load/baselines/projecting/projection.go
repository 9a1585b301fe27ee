package projecting

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// projectedEvents is the number of events in the log of this benchmark. The benchmark projects all
// of them, from position 1 on.
const projectedEvents = 200_000

// Projection compares a projector with two simple loops, which commit a transaction for every
// event. The projector and the loops begin at the start of the log.
func Projection(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	on, err := b.Database(ctx, "projector")
	if err != nil {
		return nil, err
	}
	events := min(projectedEvents, int64(b.Lab.Options.Accounts)*20) // fewer in tests, which run everything with small numbers
	if err := Fill(ctx, b, on, events); err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx,
		bench.Side{Name: "projector", Turn: func(ctx context.Context) (map[string]float64, error) { return catchUp(ctx, b, on, events) }},
		bench.Side{Name: "naive", Turn: func(ctx context.Context) (map[string]float64, error) { return projectNaively(ctx, b, on) }},
	)
	if err != nil {
		return nil, err
	}
	return []score.Row{f.Row("projection of two tables, events / a transaction per event", score.AtLeast(20), bench.PerSecond, "projector", "naive")}, nil
}

// unproject empties the tables of the read models.
func unproject(ctx context.Context, b *bench.Bench, on lab.Base) error {
	return b.Lab.SQL(ctx, on.Owner, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `
			TRUNCATE balances, statements, statement_lines;
			UPDATE checkpoints SET position = 0;
			INSERT INTO checkpoints (projection) VALUES ('balances'), ('statements') ON CONFLICT DO NOTHING`)
		return err
	})
}

// catchUp measures the events per second of a projector that starts at the beginning of the log.
func catchUp(ctx context.Context, b *bench.Bench, on lab.Base, events int64) (map[string]float64, error) {
	if err := unproject(ctx, b, on); err != nil {
		return nil, err
	}
	begun := time.Now()
	projector, err := b.Projector(ctx, on)
	if err != nil {
		return nil, err
	}
	defer projector.Stop()
	err = b.CaughtUp(ctx, on)
	return map[string]float64{"": float64(events) / time.Since(begun).Seconds()}, err
}

// projectNaively measures the events per second of two simple loops, one for each read model. A
// loop commits each event and its checkpoint in a separate transaction. The result is the rate of
// the slower loop.
func projectNaively(ctx context.Context, b *bench.Bench, on lab.Base) (map[string]float64, error) {
	if err := unproject(ctx, b, on); err != nil {
		return nil, err
	}
	pool, err := pg.Open(ctx, on.Service, "naive", 4)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(ctx, b.Lab.Options.Duration)
	defer cancel()
	var first, second atomic.Int64
	begun := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return project(ctx, pool, balances.Name, balances.Apply, &first) })
	group.Go(func() error { return project(ctx, pool, statements.Name, statements.Apply, &second) })
	if err := group.Wait(); !errors.Is(err, context.DeadlineExceeded) && err != nil {
		return nil, err
	}
	return map[string]float64{"": float64(min(first.Load(), second.Load())) / time.Since(begun).Seconds()}, nil
}

// project applies the events of the log to one read model, with one transaction for each event.
func project(ctx context.Context, pool *pgxpool.Pool, name string, apply projection.Apply, projected *atomic.Int64) error {
	log := eventlog.New(pool, eventlog.Config{Decode: events.DecodeEvent})
	for {
		page, err := log.After(ctx, projected.Load(), 500)
		if err != nil || len(page) == 0 {
			return inTime(ctx, err)
		}
		for _, e := range page {
			if err := projectOne(ctx, pool, name, apply, e); err != nil {
				return inTime(ctx, err)
			}
			projected.Add(1)
		}
	}
}

func projectOne(ctx context.Context, pool *pgxpool.Pool, name string, apply projection.Apply, e event.Recorded) (err error) {
	if e.Event, err = events.DecodeEvent(e.Type, e.SchemaVersion, e.Data); err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		if err := apply(batch, []event.Recorded{e}); err != nil {
			return err
		}
		batch.Queue(`UPDATE checkpoints SET position = $2, updated_at = now() WHERE projection = $1 AND position = $2 - 1`, name, e.Position)
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return fmt.Errorf("project event %d: %w", e.Position, err)
	}
	return nil
}

// inTime returns the error of ctx if ctx has ended, and otherwise err.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
