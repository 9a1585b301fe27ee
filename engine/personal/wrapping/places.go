package wrapping

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Places is a pool of which statements on keys use only a few connections at a time: however long
// the tables of keys are locked, the other connections serve requests that need no key.
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

// Exec waits for a slot among the connections for keys, and runs a statement.
func (p Places) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := p.take(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	defer p.leave()
	return p.pool.Exec(ctx, sql, args...)
}

// QueryRow waits for a slot among the connections for keys, runs a query, and scans its one row.
func (p Places) QueryRow(ctx context.Context, sql string, args []any, into ...any) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.leave()
	return p.pool.QueryRow(ctx, sql, args...).Scan(into...)
}

// Query waits for a slot among the connections for keys, and runs a query. The slot is free again
// when read returns.
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

// Most returns how many connections of the pool statements on keys use at most.
func (p Places) Most() int { return cap(p.free) }
