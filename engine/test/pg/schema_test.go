package pg_test

import (
	"database/sql"
	"embed"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/engine/schema/present"
)

// late is a migration that comes after newer ones are applied, as one from another branch does.
const late = 7 // of the engine: snapshots

// TestALateMigrationIsApplied holds the schema's check to every migration, not to the newest
// one: a migration from another branch may have an older number than one that is applied.
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

// none is the part of a service that has no migration yet.
var none = schema.OfService(embed.FS{})
