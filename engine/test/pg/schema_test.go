package pg_test

import (
	"database/sql"
	"embed"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver for goose

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/engine/schema/present"
)

// late is the number of a migration that the test applies after newer migrations, like a migration
// that comes from another branch.
const late = 7 // the engine's migration that creates the table of snapshots

// TestALateMigrationIsApplied checks that a program requires every migration to be applied, not
// only the newest one. A migration from another branch may have a lower number than a migration
// that is already applied.
func TestALateMigrationIsApplied(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := present.Check(t.Context(), pool, schema.Versions(none)); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	provider, err := apply.Provider(schema.Engine, db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.ApplyVersion(t.Context(), late, false); err != nil {
		t.Fatal(err)
	}
	const newer = `INSERT INTO engine_version (version_id, is_applied) VALUES (29991231235959, true)`
	if _, err := pool.Exec(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	if err := present.Check(t.Context(), pool, schema.Versions(none)); err == nil || !strings.Contains(err.Error(), "the first of them 7 of engine_version: run cmd/migrate") {
		t.Errorf("without migration %d the schema is said to be whole: %v", late, err)
	}
	applied, err := apply.Up(t.Context(), db, none)
	if err != nil || !slices.Equal(applied, []string{"engine_version 7"}) {
		t.Errorf("applied %v, %v", applied, err)
	}
	if err := present.Check(t.Context(), pool, schema.Versions(none)); err != nil {
		t.Error(err)
	}
}

// none is the schema of a service that has no migrations of its own.
var none = schema.OfService(embed.FS{})
