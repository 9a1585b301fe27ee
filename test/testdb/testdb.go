// Package testdb gives every test of the service its own database, with the service's schema.
// Package testdb uses engine/enginetest/testdb. Only tests may import package testdb.
package testdb

import (
	"context"
	"testing"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/migrations"
)

var service = testdb.Of(migrations.Service)

// New returns the URL of a new database with the newest schema, with the login of the database's
// owner. The database is dropped at the end of the test, even if sessions are still connected.
func New(t testing.TB) string {
	t.Helper()
	return service.New(t)
}

// Up migrates an empty database to the newest schema. The URL must have the login of the database's
// owner.
func Up(ctx context.Context, url string) error { return service.Up(ctx, url) }

// Empty returns the URL of a new database without a schema, with the login of the database's owner.
func Empty(t testing.TB) string {
	t.Helper()
	return testdb.Empty(t)
}

// As returns the URL with a new login that is a member of one role: the role of a program, or a
// role of PostgreSQL such as pg_monitor.
func As(t testing.TB, url, role string) string {
	t.Helper()
	return testdb.As(t, url, role)
}

// ServiceURL returns the URL with a new login. The login has exactly the rights that the migrations
// grant to the whole service.
func ServiceURL(t testing.TB, url string) string {
	t.Helper()
	return testdb.ServiceURL(t, url)
}

// Durable reports whether the server keeps acknowledged writes after a crash.
func Durable(t testing.TB) bool {
	t.Helper()
	return testdb.Durable(t)
}
