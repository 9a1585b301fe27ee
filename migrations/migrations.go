// Package migrations holds the schema and applies it. Migrations only add: the
// code of the release before must run on the schema of this one.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// FS holds the SQL files, in the order of their numbers.
//
//go:embed *.sql
var FS embed.FS

// Up brings the database to the newest version and says which versions it
// applied, those before an error too. Several may run at once: a session lock lets one work while the others wait.
func Up(ctx context.Context, db *sql.DB) ([]int64, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("make migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, FS, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		results = partial.Applied
	}
	versions := make([]int64, 0, len(results))
	for _, result := range results {
		versions = append(versions, result.Source.Version)
	}
	if err != nil {
		return versions, fmt.Errorf("apply migrations: %w", err)
	}
	return versions, nil
}

// Newest is the number of the last migration: the schema version that the
// programs built from this tree need.
func Newest() int64 {
	names, _ := fs.Glob(FS, "*.sql") // the pattern is constant and valid
	var newest int64
	for _, name := range names {
		var version int64
		if _, err := fmt.Sscanf(strings.TrimLeft(name, "0"), "%d_", &version); err == nil {
			newest = max(newest, version)
		}
	}
	return newest
}
