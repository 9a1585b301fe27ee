package testdb

import (
	"context"
	"testing"
)

// New returns the URL of a new database with the newest schema of the engine, with the login of the
// database's owner. The database is dropped at the end of the test, even if sessions are still
// connected.
func New(t testing.TB) string {
	t.Helper()
	return engineOnly.New(t)
}

// Up migrates an empty database to the newest schema of the engine. The URL must have the login of
// the database's owner.
func Up(ctx context.Context, url string) error { return engineOnly.Up(ctx, url) }

// Empty returns the URL of a new database without a schema, with the login of the database's owner.
func Empty(t testing.TB) string {
	t.Helper()
	return clone(t, "template0")
}
