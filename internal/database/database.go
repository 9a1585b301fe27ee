// Package database opens connections to PostgreSQL the way every process of the
// service does. It knows nothing of events.
package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Open makes a pool of at most maxConns connections and proves that one works.
// name shows in pg_stat_activity. Errors never hold the URL: it has a password.
func Open(ctx context.Context, url, name string, maxConns int32) (*pgxpool.Pool, error) {
	config, err := Config(url, name)
	if err != nil {
		return nil, err
	}
	config.MaxConns = maxConns
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database %q on %s:%d: %w", config.ConnConfig.Database,
			config.ConnConfig.Host, config.ConnConfig.Port, withoutURL(err))
	}
	return pool, nil
}

// Config parses a database URL and adds what all our sessions want.
func Config(url, name string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("read database URL: it must look like postgres://user:password@host:5432/name, " +
			"with special characters of the password percent-encoded")
	}
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = name
	params["timezone"] = "UTC"
	params["jit"] = "off" // our statements are short: compiling them costs more than running them
	return config, nil
}

// withoutURL keeps the reason of a failed connection and drops the rest.
func withoutURL(err error) error {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("%s (SQLSTATE %s)", pgErr.Message, pgErr.Code)
	}
	if connectErr, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return errors.Unwrap(connectErr)
	}
	return err
}
