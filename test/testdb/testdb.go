// Package testdb gives every test of the service a database of its own, with the service's schema.
// Package testdb uses engine/enginetest/testdb. Only tests may import package testdb.
package testdb

import (
	"context"
	"testing"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/migrations"
)

var service = testdb.Of(migrations.Service)

// New returns the owner's URL of a new database with the newest schema. The database is dropped at
// the end of the test, even if sessions are still connected.
func New(t testing.TB) string {
	t.Helper()
	return service.New(t)
}

// Up migrates an empty database to the newest schema. url must be the URL of its owner.
func Up(ctx context.Context, url string) error { return service.Up(ctx, url) }

// Empty returns the owner's URL of a new database without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	return testdb.Empty(t)
}

// As returns the URL with a new login that has exactly the rights of a program's role, or of a role
// of PostgreSQL.
func As(t testing.TB, url, role string) string {
	t.Helper()
	return testdb.As(t, url, role)
}

// ServiceURL returns the URL with a new login that has exactly the rights that the migrations grant
// to the service.
func ServiceURL(t testing.TB, url string) string {
	t.Helper()
	return testdb.ServiceURL(t, url)
}

// Durable reports whether the server keeps acknowledged writes through a crash.
func Durable(t testing.TB) bool {
	t.Helper()
	return testdb.Durable(t)
}
