package apply

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"example.com/pgcqrs/engine/schema"
)

// Up applies the missing migrations of the engine and of a service. Up returns the migrations that
// it has applied, even if a later migration fails. Several processes may call Up at the same time:
// a session lock makes sure that only one of them works, while the other processes wait.
func Up(ctx context.Context, db *sql.DB, service schema.Part) (applied []string, err error) {
	own, err := Provider(service, db)
	if err != nil && !errors.Is(err, goose.ErrNoMigrations) {
		return nil, err
	}
	return With(ctx, db, service, own)
}

// With works like Up, but uses the given goose provider for the service's migrations. The provider
// must be made with the options that Options returns, and may have further options. If the provider
// is nil, the service has no migrations yet.
func With(ctx context.Context, db *sql.DB, service schema.Part, own *goose.Provider) (applied []string, err error) {
	engine, err := Provider(schema.Engine, db)
	if err != nil {
		return nil, err
	}
	applied, err = up(ctx, engine, schema.Engine)
	if err != nil {
		return applied, fmt.Errorf("apply the engine's migrations: %w", err)
	}
	queued, err := upJobs(ctx, db)
	applied = append(applied, queued...)
	if err != nil {
		return applied, fmt.Errorf("apply the job queue's migrations: %w", err)
	}
	if err := list(ctx, db, service); err != nil {
		return applied, fmt.Errorf("make the list of the service's migrations: %w", err)
	}
	if own == nil {
		return applied, nil
	}
	more, err := up(ctx, own, service)
	applied = append(applied, more...)
	if err != nil {
		return applied, fmt.Errorf("apply the service's migrations: %w", err)
	}
	return applied, nil
}
