package writing

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// These constants say how many rows each statement of the benchmark "sql" inserts, and how many
// connections the benchmark uses.
const (
	ceilingRows        = 128
	ceilingConnections = 4
)

// ceilingSQL inserts events and the outbox rows of these events, and does nothing else.
const ceilingSQL = `
WITH e AS MATERIALIZED (
    SELECT $1::bigint + n AS position, stream_id, event_id FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS u (stream_id, event_id, n)
), recorded AS (
    INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
    SELECT position, 'account', stream_id, 1, event_id, 'account.money_deposited', 1, '{"amount":100,"reference":"load"}'::jsonb,
           '{"command_id":"0b0f5f2e-9a35-4a0e-8f0c-5a8a3f7e1c11","correlation_id":"0b0f5f2e-9a35-4a0e-8f0c-5a8a3f7e1c12"}'::jsonb, now(), now()
    FROM e
)
INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at)
SELECT position, event_id, stream_id, 'com.example.pgcqrs.MoneyMoved.v1',
       '{"account_id":"0b0f5f2e-9a35-4a0e-8f0c-5a8a3f7e1c13","amount":100,"reference":"load"}'::jsonb, now()
FROM e`

// Ceiling measures the highest rate at which the database alone can insert the rows that appends
// insert. It compares this rate with the service's rate of writes.
func Ceiling(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	alone, err := b.Database(ctx, "alone")
	if err != nil {
		return nil, err
	}
	pool, err := pg.Open(ctx, alone.Owner, "ceiling", ceilingConnections) // only the owner may insert into these tables
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	var position atomic.Int64
	f, err := b.TakeTurns(ctx,
		bench.Side{Name: "SQL alone", Turn: func(ctx context.Context) (map[string]float64, error) { return insert(ctx, b, pool, &position) }},
		b.Rate(service, "write", 64),
	)
	if err != nil {
		return nil, err
	}
	row := f.Row("writes, 64 clients / SQL alone, events", score.Goal{}, bench.PerSecond, "service", "SQL alone")
	row.Note = fmt.Sprintf("%d rows a statement on %d connections, no order, no NOTIFY, no HTTP", ceilingRows, ceilingConnections)
	return []score.Row{row}, nil
}

func insert(ctx context.Context, b *bench.Bench, pool *pgxpool.Pool, position *atomic.Int64) (map[string]float64, error) {
	before, begun := position.Load(), time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for range ceilingConnections {
		group.Go(func() error {
			streams, ids := make([]uuid.UUID, ceilingRows), make([]uuid.UUID, ceilingRows)
			for time.Since(begun) < b.Lab.Options.Duration {
				for i := range ceilingRows {
					streams[i], ids[i] = uuid.New(), uuid.Must(uuid.NewV7())
				}
				first := position.Add(ceilingRows) - ceilingRows
				if _, err := pool.Exec(ctx, ceilingSQL, first, streams, ids); err != nil {
					return fmt.Errorf("insert: %w", err)
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return map[string]float64{"": float64(position.Load()-before) / time.Since(begun).Seconds()}, err
}
