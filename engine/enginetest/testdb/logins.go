package testdb

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/pg/role"
)

// ServiceURL returns the URL with a new login. The login has exactly the rights that the migrations
// grant to the API and to the projector together.
func ServiceURL(t testing.TB, url string) string {
	t.Helper()
	return As(t, url, role.Service)
}

// As returns the URL with a new login that is a member of one role: the role of a program, or a
// role of PostgreSQL such as pg_monitor.
func As(t testing.TB, url, role string) string {
	t.Helper()
	if !strings.HasPrefix(role, "pg_") {
		role = RoleOf(t, url, role)
	}
	login, password := "test_"+strings.ToLower(rand.Text()), rand.Text()
	do(t, url, "CREATE ROLE "+login+" LOGIN PASSWORD '"+password+"' IN ROLE "+pgx.Identifier{role}.Sanitize())
	t.Cleanup(func() {
		// After a session was closed, its server process and its temporary tables may still exist
		// for a moment.
		do(t, url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '"+login+"'")
		do(t, url, "DROP ROLE "+login)
	})
	return with(t, url, login, password, "")
}

// RoleOf returns the name of a program's role for the database in the URL.
func RoleOf(t testing.TB, url, program string) (role string) {
	t.Helper()
	connected(t, url, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT role_of($1)`, program).Scan(&role)
	})
	return role
}
