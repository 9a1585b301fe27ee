package testdb

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/role"
)

// timeout bounds whatever this package does in the name of a test.
const timeout = time.Minute

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

func clone(t testing.TB, template string) string {
	t.Helper()
	server, name := serverURL(t), "test_"+strings.ToLower(rand.Text())
	sql := "CREATE DATABASE " + name + " TEMPLATE " + template
	connected(t, server, func(ctx context.Context, conn *pgx.Conn) error {
		return createDatabase(ctx, conn, sql)
	})
	t.Cleanup(func() {
		do(t, server, "DROP DATABASE "+name+" WITH (FORCE)")
		do(t, server, dropRolesSQL(name))
	})
	return with(t, server, "", "", name)
}

// dropRolesSQL drops what migrations have made for a database that is gone.
func dropRolesSQL(database string) string {
	return `DO $$ DECLARE role text; BEGIN
		FOR role IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '` + database + `.') LOOP EXECUTE format('DROP ROLE %I', role); END LOOP;
	END $$`
}

// createDatabase copies files, which is several times faster than the default of
// PostgreSQL 15 and newer, and waits for whoever is connected to the template:
// autovacuum, for one.
func createDatabase(ctx context.Context, conn *pgx.Conn, sql string) error {
	if conn.PgConn().ParameterStatus("server_version") >= "15" {
		sql += " STRATEGY file_copy"
	}
	for {
		_, err := conn.Exec(ctx, sql)
		pgErr, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || pgErr.Code != "55006" { // object_in_use
			return err
		}
		if _, err := conn.Exec(ctx, "SELECT pg_sleep(0.05)"); err != nil {
			return err
		}
	}
}

func do(t testing.TB, url, sql string) {
	t.Helper()
	connected(t, url, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sql)
		return err
	})
}

// connected runs work on a connection that is gone afterwards: a pool would look
// like a leak to the test.
func connected(t testing.TB, url string, work func(ctx context.Context, conn *pgx.Conn) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatalf("connect to the test database: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := work(ctx, conn); err != nil {
		t.Fatalf("prepare test database: %v", err)
	}
}

// with changes the user and the database of a URL; "" leaves them.
func with(t testing.TB, given, user, password, database string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL must look like postgres://user:password@host:5432/name")
	}
	if user != "" {
		u.User = url.UserPassword(user, password)
	}
	if database != "" {
		u.Path = "/" + database
	}
	return u.String()
}
