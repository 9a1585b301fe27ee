package wrapping

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Places limits how many connections of a pool run SQL statements about keys at a time. If the
// tables of keys are locked for long, the pool's remaining connections can still serve requests
// that need no key.
type Places struct {
	pool *pgxpool.Pool
	free chan struct{}
}

// newPlaces returns a Places that uses at most a quarter of a pool's connections.
func newPlaces(pool *pgxpool.Pool) Places {
	return Places{pool, make(chan struct{}, max(1, pool.Config().MaxConns/4))}
}

func (p Places) take(ctx context.Context) error {
	select {
	case p.free <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p Places) leave() { <-p.free }

// Exec waits until a connection for statements about keys is free, and runs a statement.
func (p Places) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := p.take(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	defer p.leave()
	return p.pool.Exec(ctx, sql, args...)
}

// QueryRow waits until a connection for statements about keys is free, runs a query, and scans its
// one row.
func (p Places) QueryRow(ctx context.Context, sql string, args []any, into ...any) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.leave()
	return p.pool.QueryRow(ctx, sql, args...).Scan(into...)
}

// Query waits until a connection for statements about keys is free, and runs a query. The
// connection is free again when the function read returns.
func (p Places) Query(ctx context.Context, read func(rows pgx.Rows) error, sql string, args ...any) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.leave()
	rows, err := p.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return read(rows)
}

// Most returns the largest number of connections of the pool that run statements about keys at a
// time.
func (p Places) Most() int { return cap(p.free) }
