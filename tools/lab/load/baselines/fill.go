package baselines

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/report"
)

// eventsPerStream is how long the streams of a filled log are.
const eventsPerStream = 10

// fillSQL writes a part of a log, as nobody else may: $1 the position before it, $2
// its length, $3 the number of streams, whose events lie far apart.
const fillSQL = `
INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
SELECT $1 + n, 'account', md5((($1 + n - 1) % $3)::text)::uuid, ($1 + n - 1) / $3 + 1, gen_random_uuid(),
       CASE WHEN $1 + n <= $3 THEN 'account.opened' ELSE 'account.money_deposited' END, 1,
       CASE WHEN $1 + n <= $3 THEN '{"owner": "Load", "currency": "EUR"}'::jsonb ELSE '{"amount": 100, "reference": "load"}'::jsonb END,
       jsonb_build_object('command_id', gen_random_uuid(), 'correlation_id', gen_random_uuid()), now(), now()
FROM generate_series(1, $2::bigint) n`

// fill writes a log of so many events.
func (b *bench) fill(ctx context.Context, on base, events int64) error {
	const most = 500_000
	err := b.sql(ctx, on.owner, func(conn *pgx.Conn) error {
		for done := int64(0); done < events; {
			part := min(most, events-done)
			if _, err := conn.Exec(ctx, fillSQL, done, part, max(1, events/eventsPerStream)); err != nil {
				return err
			}
			done += part
			if events > most {
				b.Say(fmt.Sprintf("  filled %s of %s events", report.Count(done), report.Count(events)))
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

// long is an append to a long log against one to a short one.
func (b *bench) long(ctx context.Context) ([]Row, error) {
	filled, err := b.database(ctx, "long")
	if err != nil {
		return nil, err
	}
	if err := b.fill(ctx, filled, b.Big); err != nil {
		return nil, err
	}
	long, err := b.apiOn(ctx, "long", filled, 1)
	if err != nil {
		return nil, err
	}
	empty, err := b.api(ctx, "empty", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.takeTurns(ctx, b.rate(long, "write", 64), b.rate(empty, "write", 64))
	if err != nil {
		return nil, err
	}
	return []Row{f.row("writes on a log of "+report.Count(b.Big)+" events / on an empty one", atLeast(0.9), perSecond, "long", "empty")}, nil
}
