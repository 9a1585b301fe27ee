package testdb

import (
	"context"
	"testing"
)

// New returns the owner's URL of a fresh database with the newest schema, the engine's part alone. It is
// dropped at the end of the test, whoever is still connected.
func New(t testing.TB) string {
	t.Helper()
	return engineOnly.New(t)
}

// Up brings an empty database, by its owner's URL, to that schema.
func Up(ctx context.Context, url string) error { return engineOnly.Up(ctx, url) }

// Empty is New without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	return clone(t, "template0")
}
