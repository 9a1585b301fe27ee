package apply

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"example.com/pgcqrs/engine/schema"
)

// jobs returns a goose provider for the tables of River, the job queue. The SQL comes from the
// version of River that go.mod names. goose applies the SQL under the same lock as all other
// migrations, and lists the applied migrations in a separate table.
func jobs(db *sql.DB) (*goose.Provider, error) {
	migrator, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("read River's migrations: %w", err)
	}
	var all []*goose.Migration
	for _, of := range migrator.AllVersions() {
		all = append(all, goose.NewGoMigration(int64(of.Version), run(of.Version, of.SQLUp), run(0, of.SQLDown)))
	}
	options, err := Options(schema.Part{Table: schema.JobsTable})
	if err != nil {
		return nil, err
	}
	options = append(options, goose.WithGoMigrations(all...), goose.WithDisableGlobalRegistry(true))
	return goose.NewProvider(goose.DialectPostgres, db, nil, options...)
}

// run returns a migration that executes SQL of River. If the version is not 0, the migration also
// adds the version to the list that River's own programs read. River has this list from its version
// 1 on, and the list has the column "line" from version 5 on.
func run(version int, statements string) *goose.GoFunc {
	const here = "/* TEMPLATE: schema */" // River puts the name of a schema here; without it, the search path decides
	note := `INSERT INTO river_migration (line, version) VALUES ('main', $1)`
	if version < 5 {
		note = `INSERT INTO river_migration (version) VALUES ($1)`
	}
	return &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, strings.ReplaceAll(statements, here, "")); err != nil || version == 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, note, version)
		return err
	}}
}

// upJobs applies the missing migrations of River, and grants the programs their rights on River's
// tables.
func upJobs(ctx context.Context, db *sql.DB) (applied []string, err error) {
	provider, err := jobs(db)
	if err != nil {
		return nil, err
	}
	part := schema.Part{Table: schema.JobsTable}
	if err := list(ctx, db, part); err != nil {
		return nil, fmt.Errorf("make the list of the job queue's migrations: %w", err)
	}
	if applied, err = up(ctx, provider, part); err != nil || len(applied) == 0 {
		return applied, err
	}
	_, err = db.ExecContext(ctx, `SELECT grant_jobs()`)
	return applied, err
}
