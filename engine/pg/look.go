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

// spareAfter is how long Look waits for a connection of the pool.
const spareAfter = 500 * time.Millisecond

// Look checks the database's health on a connection of the pool, or, while the pool has none to
// give, on a new one: the look must find out what all the pool's connections wait for.
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
