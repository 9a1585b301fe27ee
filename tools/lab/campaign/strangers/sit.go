//go:build linux

package strangers

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Terminate returns a fault that ends one of the service's database sessions.
func Terminate(which string) func(context.Context, *world.World, int, *rand.Rand) error {
	return func(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
		return session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
				WHERE starts_with(usename, '`+sample.Service+`') AND `+which+` ORDER BY md5(pid::text || $1) LIMIT 1) victim`, strconv.Itoa(random.Int()))
			return err
		})
	}
}

// Sit executes SQL that begins a transaction, and leaves the transaction open for the duration d. A
// foreign program may do the same.
func Sit(ctx context.Context, w *world.World, sql string, d time.Duration) error {
	if err := session.Execute(ctx, w.Postgres.Owner(), `CREATE TABLE IF NOT EXISTS elsewhere (n integer)`); err != nil {
		return err
	}
	return session.Run(ctx, w.Postgres.Owner(), func(_ context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
		interval.Pause(ctx, d)
		return nil
	})
}
