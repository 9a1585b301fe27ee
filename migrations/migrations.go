// Package migrations holds the whole schema, in the order in which it is applied, and applies it: first
// the engine's part, engine/*.sql, then the service's own, *.sql. Each part has a list of its own in the
// database, and numbers of its own.
//
// Migrations only add, from the first tag on: the code of the release before must run on the schema of
// this one. A service's migrations refer to nothing of the engine but grant_to, grant_read_model,
// role_of and keys.erase_person.
//
// The engine's and the sample's have numbers from 1 on. Those of a service that was made of
// this template have the time at which they were written, like 20261125093000, so that two
// branches never take the same one. A migration that comes late, from another branch or with
// a fix of the engine's, is applied after those that are there.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

// Everything in the folder: a pattern must match some file, and a service may have no migration yet.
//
//go:embed *
var folder embed.FS

// Part is a sequence of migrations.
type Part struct {
	Table string // lists those that a database has
	FS    fs.FS  // holds them as *.sql, in the order of their numbers
}

// Service is the part that is the service's own.
var Service = Part{Table: "goose_db_version", FS: folder}

// Versions returns the numbers of all migrations, in order, by the table that lists them: the schema that
// the programs built from this tree need.
func Versions() map[string][]int64 {
	return map[string][]int64{Engine.Table: Engine.Versions(), Service.Table: Service.Versions()}
}

// Versions returns the numbers of a part's migrations, in order.
func (p Part) Versions() []int64 {
	names, _ := fs.Glob(p.FS, "*.sql") // the pattern is constant and valid
	versions := make([]int64, 0, len(names))
	for _, name := range names {
		if version, err := goose.NumericComponent(name); err == nil {
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	return versions
}

// Newest returns the highest number of a part, 0 where it has no migration.
func (p Part) Newest() int64 { return slices.Max(append(p.Versions(), 0)) }

// Up brings the database to the newest version of both parts and says which migrations it
// applied, those before an error too. Several may run at once: a session lock lets one work while the others wait.
func Up(ctx context.Context, db *sql.DB) (applied []string, err error) {
	applied, err = Engine.up(ctx, db)
	if err != nil {
		return applied, fmt.Errorf("apply the engine's migrations: %w", err)
	}
	if err := Service.list(ctx, db); err != nil {
		return applied, fmt.Errorf("make the list of the service's migrations: %w", err)
	}
	more, err := Service.up(ctx, db)
	applied = append(applied, more...)
	if err != nil {
		return applied, fmt.Errorf("apply the service's migrations: %w", err)
	}
	return applied, nil
}

// Provider returns what applies a part's migrations, and takes them back in tests.
func (p Part) Provider(db *sql.DB, options ...goose.ProviderOption) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectPostgres, db, p.FS, append(options, goose.WithTableName(p.Table))...)
}

func (p Part) up(ctx context.Context, db *sql.DB) ([]string, error) {
	if p.Newest() == 0 {
		return nil, nil // a provider of nothing is an error
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	provider, err := p.Provider(db, goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		results = partial.Applied
	}
	applied := make([]string, 0, len(results))
	for _, result := range results {
		applied = append(applied, fmt.Sprintf("%s %d", p.Table, result.Source.Version))
	}
	return applied, err
}

// list makes the part's list, empty, if it is not there, for every program to read. It needs the engine's
// functions, and works for a part without migrations, too.
func (p Part) list(ctx context.Context, db *sql.DB) error {
	const (
		wait   = `LOCK TABLE ` + engineTable + ` IN SHARE ROW EXCLUSIVE MODE` // one at once
		listed = `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1)`
		grant  = `SELECT grant_to(program, 'SELECT', $1::regclass) FROM unnest(ARRAY['api', 'projector', 'service']) program`
	)
	store, err := database.NewStore(database.DialectPostgres, p.Table)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, wait); err != nil {
		return err
	}
	var there bool
	if err := tx.QueryRowContext(ctx, listed, p.Table).Scan(&there); err != nil || there {
		return err
	}
	if err := store.CreateVersionTable(ctx, tx); err != nil {
		return err
	}
	if err := store.Insert(ctx, tx, database.InsertRequest{Version: 0}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, grant, p.Table); err != nil {
		return err
	}
	return tx.Commit()
}
