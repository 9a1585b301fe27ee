//go:build all && unix

// Package replica_test tests the service with a real streaming replica. A replica that only serves
// queries never delays commands, even if it is slow or away. If commits wait for a standby (a
// required standby), every answer still holds after this standby is promoted.
package replica_test

import (
	"context"
	"database/sql"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/migrations"
)

// pair is a primary with all migrations, and a standby that streams from the primary.
type pair struct {
	primary string // URLs of the service's database, on the primary and on the standby
	reads   string
	server  *devdb.Server // the primary
	standby *devdb.Server
}

// startPrimary starts a server for the test, with a database that has all migrations.
func startPrimary(t *testing.T) *devdb.Server {
	t.Helper()
	primary, err := devdb.Start(t.Context(), devdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(primary.Stop)
	execute(t, primary.URL, `CREATE DATABASE pgcqrs`)
	db, err := sql.Open("pgx", named(t, primary.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(t.Context(), db, migrations.Service); err != nil {
		t.Fatal(err)
	}
	return primary
}

func startPair(t *testing.T) pair {
	t.Helper()
	primary := startPrimary(t)
	standby, err := devdb.StartStandby(t.Context(), primary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standby.Stop)
	return pair{named(t, primary.URL), named(t, standby.URL), primary, standby}
}

func named(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/pgcqrs"
	return u.String()
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), await.Within)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
