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

// Options returns the options that the goose provider of a Part needs: the table that lists the
// applied migrations, the session lock, and out-of-order migrations. With the option for
// out-of-order migrations, goose also applies a missing migration if a migration with a higher
// number was already applied. Migrations from other branches and fixes of the engine need this.
func Options(part schema.Part) ([]goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithTableName(part.Table), goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true)}, nil
}

// Provider returns a goose provider for a Part. The provider applies the Part's migrations; tests
// also use it to revert migrations. If the Part has no migrations, Provider returns
// goose.ErrNoMigrations.
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

// list creates the table that lists the Part's applied migrations, if the table is missing, and
// lets every program read it. list calls SQL functions of the engine's migrations, so the engine's
// migrations must be applied first. list also works for a Part without migrations.
func list(ctx context.Context, db *sql.DB, part schema.Part) error {
	const (
		listed = `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1)`
		grant  = `SELECT grant_to(program, 'SELECT', $1::regclass) FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program`
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
