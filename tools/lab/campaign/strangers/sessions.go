//go:build linux

package strangers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// HoldRows locks, for a while, rows that the service writes to: idempotency keys, a checkpoint,
// messages in the outbox, or jobs of workflows.
func HoldRows(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	rows := []string{
		`SELECT FROM idempotency_keys ORDER BY position DESC LIMIT 200 FOR UPDATE`,
		`SELECT FROM checkpoints WHERE projection = 'balances' FOR UPDATE`,
		`SELECT FROM outbox ORDER BY position LIMIT 200 FOR UPDATE`,
		`SELECT FROM river_job ORDER BY id DESC LIMIT 200 FOR UPDATE`,
	}
	return Sit(ctx, w, `BEGIN; `+rows[random.IntN(len(rows))], interval.Between(random, 2*time.Second, 10*time.Second))
}

// FailNotify makes every NOTIFY fail for a while, as if PostgreSQL's queue of notifications were
// full. To fill the real queue, 8 GB would be needed. So FailNotify replaces the SQL function that
// sends notifications. FailNotify restores the function afterwards, if necessary in another
// session.
func FailNotify(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	const (
		full = `CREATE OR REPLACE FUNCTION pg_catalog.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS $$
			BEGIN RAISE EXCEPTION 'too many notifications in the NOTIFY queue' USING ERRCODE = '54000'; END $$`
		asBefore = `CREATE OR REPLACE FUNCTION pg_catalog.pg_notify(text, text) RETURNS void LANGUAGE internal AS 'pg_notify'`
	)
	if err := changeCatalog(ctx, w, full); err != nil {
		return err
	}
	interval.Pause(ctx, interval.Between(random, time.Second, 5*time.Second))
	for deadline := time.Now().Add(time.Minute); ; interval.Pause(context.WithoutCancel(ctx), 100*time.Millisecond) {
		err := changeCatalog(context.WithoutCancel(ctx), w, asBefore)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func changeCatalog(ctx context.Context, w *world.World, sql string) error {
	return session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		for _, sql := range []string{`SET allow_system_table_mods = on`, `SET synchronous_commit = local`, sql} {
			if _, err := conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("change the catalog: %w", err)
			}
		}
		return nil
	})
}
