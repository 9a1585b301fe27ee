package projecting

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// eventsPerStream is the number of events that Fill inserts into each stream.
const eventsPerStream = 10

// fillSQL inserts events into the log without the service. Parameter $1 is the position before the
// first inserted event, $2 is the number of events, and $3 is the number of streams. The events of
// one stream are far apart in the log.
const fillSQL = `
INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
SELECT $1 + n, 'account', md5((($1 + n - 1) % $3)::text)::uuid, ($1 + n - 1) / $3 + 1, gen_random_uuid(),
       CASE WHEN $1 + n <= $3 THEN 'account.opened' ELSE 'account.money_deposited' END, 1,
       CASE WHEN $1 + n <= $3 THEN '{"owner": "Load", "currency": "EUR"}'::jsonb ELSE '{"amount": 100, "reference": "load"}'::jsonb END,
       jsonb_build_object('command_id', gen_random_uuid(), 'correlation_id', gen_random_uuid()), now(), now()
FROM generate_series(1, $2::bigint) n`

// Fill inserts the given number of events into the log.
func Fill(ctx context.Context, b *bench.Bench, on lab.Base, events int64) error {
	const most = 500_000
	err := b.Lab.SQL(ctx, on.Owner, func(conn *pgx.Conn) error {
		for done := int64(0); done < events; {
			part := min(most, events-done)
			if _, err := conn.Exec(ctx, fillSQL, done, part, max(1, events/eventsPerStream)); err != nil {
				return err
			}
			done += part
			if events > most {
				b.Lab.Options.Say(fmt.Sprintf("  filled %s of %s events", report.Count(done), report.Count(events)))
			}
		}
		_, err := conn.Exec(ctx, `VACUUM ANALYZE events`)
		return err
	})
	if err != nil {
		return fmt.Errorf("fill log: %w", err)
	}
	return nil
}

// Long compares appends to a long log with appends to a short log.
func Long(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	filled, err := b.Database(ctx, "long")
	if err != nil {
		return nil, err
	}
	if err := Fill(ctx, b, filled, b.Lab.Options.Big); err != nil {
		return nil, err
	}
	long, err := b.ApiOn(ctx, "long", filled, 1)
	if err != nil {
		return nil, err
	}
	empty, err := b.Api(ctx, "empty", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx, b.Rate(long, "write", 64), b.Rate(empty, "write", 64))
	if err != nil {
		return nil, err
	}
	return []score.Row{f.Row("writes on a log of "+report.Count(b.Lab.Options.Big)+" events / on an empty one", score.AtLeast(0.9), bench.PerSecond, "long", "empty")}, nil
}
