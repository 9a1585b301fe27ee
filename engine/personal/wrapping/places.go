package wrapping

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Places is a pool from which statements on keys take only a few connections at a time: however
// long the tables of keys are locked, the other connections serve requests that need no key.
type Places struct {
	pool *pgxpool.Pool
	free chan struct{}
}

// newPlaces gives keys a quarter of a pool's connections.
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

// Exec runs a statement in a place.
func (p Places) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := p.take(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	defer p.leave()
	return p.pool.Exec(ctx, sql, args...)
}

// QueryRow runs a query in a place, and scans its one row.
func (p Places) QueryRow(ctx context.Context, sql string, args []any, into ...any) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.leave()
	return p.pool.QueryRow(ctx, sql, args...).Scan(into...)
}

// Query runs a query in a place, which it leaves when read returns.
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

// Most returns how many of the pool's connections keys take at most.
func (p Places) Most() int { return cap(p.free) }
