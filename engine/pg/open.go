package pg

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/pg/pooler"
)

// proveFor is the time limit of the check of a pool with the option MayBeAway.
const proveFor = 5 * time.Second

// Open makes a pool without time-outs; see the method Pool.Open.
func Open(ctx context.Context, url, name string, maxConns int32) (*pgxpool.Pool, error) {
	return Pool{Name: name, MaxConns: maxConns}.Open(ctx, url)
}

// Open makes the pool, and proves that a connection works. Open also checks that a pooler between
// the program and the server provides what the pool needs. If the database can't be reached and
// MayBeAway is set, Open returns the pool together with ErrAway. An error of Open never contains
// the URL, because the URL has a password.
func (p Pool) Open(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := dsn.Config(url, p.Name)
	if err != nil {
		return nil, err
	}
	config.MaxConns = p.MaxConns
	p.Timeouts.Bound(config)
	if p.SearchPath != "" {
		dsn.SetDefault(config.ConnConfig.RuntimeParams, dsn.SearchPathName, p.SearchPath)
	}
	direct, asked := p.ask(ctx, config.ConnConfig)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err = asked; err == nil {
		err = p.prove(ctx, pool, direct)
	}
	if err != nil && p.MayBeAway && failure.Away(err) {
		return pool, fmt.Errorf("%w: %w", ErrAway, dsn.Hide(err))
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database %q on %s:%d: %w", config.ConnConfig.Database,
			config.ConnConfig.Host, config.ConnConfig.Port, dsn.Hide(err))
	}
	return pool, nil
}

// prove proves that a connection of the pool works. If the parameter direct is false, a pooler may
// be between the program and the server, and prove first checks what it provides.
func (p Pool) prove(ctx context.Context, pool *pgxpool.Pool, direct bool) error {
	if p.MayBeAway {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, proveFor)
		defer cancel()
	}
	if !direct {
		if err := pooler.Probe(ctx, pool.Config().ConnConfig, p.Needs); err != nil {
			return err
		}
	}
	return pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		return p.Timeouts.check(ctx, conn.Conn().PgConn())
	})
}
