package pg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
)

// spareAfter is how long Look waits for a connection of the pool before it makes a new one.
const spareAfter = 500 * time.Millisecond

// Look calls the given health check, the function look, with a connection of the pool. If the pool
// has no free connection within spareAfter, Look makes a new connection for the function look.
// Without the new connection, look could not run while something blocks all connections of the
// pool.
func Look(ctx context.Context, pool *pgxpool.Pool, look func(conn *pgx.Conn) error) error {
	waiting, cancel := context.WithTimeout(ctx, spareAfter)
	pooled, err := pool.Acquire(waiting)
	cancel()
	if err == nil {
		defer pooled.Release()
		return look(pooled.Conn())
	}
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return dsn.Hide(err)
	}
	spare, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return dsn.Hide(err)
	}
	defer pooler.Close(spare.PgConn())
	return look(spare)
}
