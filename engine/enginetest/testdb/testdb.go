package testdb

import (
	"context"
	"testing"
)

// New returns the owner's URL of a new database with the newest schema, of the engine's part alone.
// It is dropped at the end of the test, even if sessions are still connected.
func New(t testing.TB) string {
	t.Helper()
	return engineOnly.New(t)
}

// Up brings an empty database, by its owner's URL, to the schema of New.
func Up(ctx context.Context, url string) error { return engineOnly.Up(ctx, url) }

// Empty returns the owner's URL of a new database without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	return clone(t, "template0")
}
