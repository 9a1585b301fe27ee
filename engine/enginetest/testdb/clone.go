package testdb

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

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

// dropRolesSQL returns SQL that drops the roles that migrations have created for a database. The
// database must have been dropped already.
func dropRolesSQL(database string) string {
	return `DO $$ DECLARE role text; BEGIN
		FOR role IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '` + database + `.') LOOP EXECUTE format('DROP ROLE %I', role); END LOOP;
	END $$`
}

// createDatabase creates a database with the strategy file_copy, which is several times faster than
// the default of PostgreSQL 15 and later. No session may be connected to the template, so
// createDatabase waits until other sessions in the template, such as autovacuum, have ended.
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
