package testdb

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/pg/role"
)

// ServiceURL is url for a login of its own with the rights that the migrations
// give to the service, and no others.
func ServiceURL(t testing.TB, url string) string {
	t.Helper()
	return As(t, url, role.Service)
}

// As is url for a login of its own with the rights of a program's role, or of one of
// PostgreSQL's, and no others.
func As(t testing.TB, url, role string) string {
	t.Helper()
	if !strings.HasPrefix(role, "pg_") {
		role = RoleOf(t, url, role)
	}
	login, password := "test_"+strings.ToLower(rand.Text()), rand.Text()
	do(t, url, "CREATE ROLE "+login+" LOGIN PASSWORD '"+password+"' IN ROLE "+pgx.Identifier{role}.Sanitize())
	t.Cleanup(func() {
		// A session that was closed is still at the server for a moment, with its temporary tables.
		do(t, url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '"+login+"'")
		do(t, url, "DROP ROLE "+login)
	})
	return with(t, url, login, password, "")
}

// RoleOf is what a program's role is called in a database.
func RoleOf(t testing.TB, url, program string) (role string) {
	t.Helper()
	connected(t, url, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT role_of($1)`, program).Scan(&role)
	})
	return role
}
