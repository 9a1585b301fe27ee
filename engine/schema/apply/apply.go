package apply

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"example.com/pgcqrs/engine/schema"
)

// Up applies the missing migrations of the engine's Part and of a service's Part, and returns the
// migrations that it has applied, even if a later one fails. Several processes may call Up at once:
// a session lock lets one of them work while the others wait.
func Up(ctx context.Context, db *sql.DB, service schema.Part) (applied []string, err error) {
	own, err := Provider(service, db)
	if err != nil && !errors.Is(err, goose.ErrNoMigrations) {
		return nil, err
	}
	return With(ctx, db, service, own)
}

// With works like Up, but uses the given goose provider for the service's Part. The provider must
// be made with Options, and may have further options. nil means that the service has no migration
// yet.
func With(ctx context.Context, db *sql.DB, service schema.Part, own *goose.Provider) (applied []string, err error) {
	engine, err := Provider(schema.Engine, db)
	if err != nil {
		return nil, err
	}
	applied, err = up(ctx, engine, schema.Engine)
	if err != nil {
		return applied, fmt.Errorf("apply the engine's migrations: %w", err)
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

// Options returns the options that the provider of a Part needs: the table that lists its
// migrations, the session lock, and permission to apply a migration whose number is lower than that
// of an applied one, such as a migration from another branch or a fix of the engine's.
func Options(part schema.Part) ([]goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithTableName(part.Table), goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true)}, nil
}

// Provider returns a goose provider for a Part. The provider applies the Part's migrations, and in
// tests also reverts the migrations. Provider returns goose.ErrNoMigrations if the Part has none.
func Provider(part schema.Part, db *sql.DB) (*goose.Provider, error) {
	options, err := Options(part)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, part.FS, options...)
}

func up(ctx context.Context, provider *goose.Provider, part schema.Part) ([]string, error) {
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		results = partial.Applied
	}
	applied := make([]string, 0, len(results))
	for _, result := range results {
		applied = append(applied, fmt.Sprintf("%s %d", part.Table, result.Source.Version))
	}
	return applied, err
}

// list creates the empty table that lists the Part's migrations, if it is missing, so that every
// program can read it. list needs the engine's functions. list also works for a Part without
// migrations.
func list(ctx context.Context, db *sql.DB, part schema.Part) error {
	const (
		listed = `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1)`
		grant  = `SELECT grant_to(program, 'SELECT', $1::regclass) FROM unnest(ARRAY['api', 'projector', 'service']) program`
	)
	wait := `LOCK TABLE ` + schema.Engine.Table + ` IN SHARE ROW EXCLUSIVE MODE` //nolint:gosec // one at a time; the name is a constant
	store, err := database.NewStore(database.DialectPostgres, part.Table)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	if _, err := tx.ExecContext(ctx, wait); err != nil {
		return err
	}
	var there bool
	if err := tx.QueryRowContext(ctx, listed, part.Table).Scan(&there); err != nil || there {
		return err
	}
	if err := store.CreateVersionTable(ctx, tx); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, database.InsertRequest{Version: 0}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, grant, part.Table); err != nil {
		return err
	}
	return tx.Commit()
}
