// Package testdb gives every test of the service a database of its own, with the service's schema: see
// engine/enginetest/testdb, which it stands on. It must never be imported by what is not a test.
package testdb

import (
	"context"
	"testing"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/migrations"
)

var service = testdb.Of(migrations.Service)

// New returns the owner's URL of a fresh database with the newest schema. It is dropped at the end
// of the test, whoever is still connected.
func New(t testing.TB) string {
	t.Helper()
	return service.New(t)
}

// Up brings an empty database, by its owner's URL, to that schema.
func Up(ctx context.Context, url string) error { return service.Up(ctx, url) }

// Empty is New without a schema.
func Empty(t testing.TB) string {
	t.Helper()
	return testdb.Empty(t)
}

// As is url for a login of its own with the rights of a program's role, or of one of PostgreSQL's, and
// no others.
func As(t testing.TB, url, role string) string {
	t.Helper()
	return testdb.As(t, url, role)
}

// ServiceURL is url for a login of its own with the rights that the migrations give to the service, and
// no others.
func ServiceURL(t testing.TB, url string) string {
	t.Helper()
	return testdb.ServiceURL(t, url)
}

// Durable says whether the server keeps what it has acknowledged through a crash.
func Durable(t testing.TB) bool {
	t.Helper()
	return testdb.Durable(t)
}
