// Package migrations holds the schema and applies it. Migrations only add: the
// code of the release before must run on the schema of this one, from Stop on.
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
	"github.com/pressly/goose/v3/lock"
)

// FS holds the SQL files, in the order of their numbers.
//
//go:embed *.sql
var FS embed.FS

// Stop is the newest migration on whose schema the programs of before can't go on: they are
// stopped before it. There has been no release yet, so nobody comes from before it.
const Stop = 15

// Tables are the engine's, by their names in the schema that the search path leads to; those
// with a dot are in a schema of their own.
var Tables = []string{
	"events", "append_lock", "outbox", "idempotency_keys", "elapsed", "checkpoints", "parked_streams", "dead_messages", "redrives", "applied_ranges", "seals", "log_epochs",
	"snapshots", "snapshot_cursor", "erasures", "issuers",
	"keys.persons", "keys.erased", "keys.lookups", "keys.secrets", "keys.retired",
}

// Up brings the database to the newest version and says which versions it
// applied, those before an error too. Several may run at once: a session lock lets one work while the others wait.
func Up(ctx context.Context, db *sql.DB) ([]int64, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("make migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, FS, goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true))
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

// Versions returns the numbers of all migrations, in order: the schema that the programs built
// from this tree need.
func Versions() []int64 {
	names, _ := fs.Glob(FS, "*.sql") // the pattern is constant and valid
	versions := make([]int64, 0, len(names))
	for _, name := range names {
		if version, err := goose.NumericComponent(name); err == nil {
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	return versions
}
