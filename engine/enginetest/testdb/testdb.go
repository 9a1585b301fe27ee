package testdb

import (
	"context"
	"testing"
)

// New returns the owner's URL of a new database with the newest schema of the engine. The database
// is dropped at the end of the test, even if sessions are still connected.
func New(t testing.TB) string {
	t.Helper()
	return engineOnly.New(t)
}

// Up migrates an empty database to the schema that New uses. url must be the URL of its owner.
func Up(ctx context.Context, url string) error { return engineOnly.Up(ctx, url) }

// Empty returns the owner's URL of a new database without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	return clone(t, "template0")
}
