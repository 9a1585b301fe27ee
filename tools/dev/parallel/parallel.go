// Package parallel limits how many tests run at the same time. The limit depends on the number of
// connections that the PostgreSQL server allows.
package parallel

import (
	"context"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/database"
	"example.com/pgcqrs/tools/dev/foreign"
)

// enoughConnections is the max_connections of the servers that the tests themselves start. On a
// server that allows fewer connections, such as PostgreSQL's default of 100, fewer tests run at
// once.
const (
	enoughConnections = 300
	someConnections   = 100
)

// Fit limits the number of tests that run at the same time, so that they need no more connections
// than the server allows. If the developer has set the number of tests, Fit changes nothing.
func Fit(ctx context.Context, db database.Server, flags arguments.Test) (arguments.Test, error) {
	if !db.Given {
		return flags, nil
	}
	for _, names := range [][]string{{"p"}, {"parallel", "test.parallel"}} {
		if _, said := flags.Last(names...); said {
			return flags, nil
		}
	}
	most, err := connectionsOf(ctx, db.URL)
	if err != nil {
		return flags, err
	}
	n := atOnce(most)
	if n >= runtime.GOMAXPROCS(0) {
		return flags, nil
	}
	console.Say("that server takes %d connections: %d packages and %d tests of each run at once (with max_connections = %d as many as there are processors)", most, n, n, enoughConnections)
	return flags.With(fmt.Sprintf("-p=%d", n), fmt.Sprintf("-parallel=%d", n)), nil
}

// atOnce returns the number of packages that go test may run at the same time. This number depends
// on the server's max_connections. In each package, the same number of tests may run at the same
// time.
func atOnce(connections int) int {
	switch {
	case connections >= enoughConnections:
		return runtime.GOMAXPROCS(0)
	case connections >= someConnections:
		return 2
	}
	return 1
}

func connectionsOf(ctx context.Context, server string) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, foreign.LookTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return 0, fmt.Errorf("connect to the database that TEST_DATABASE_URL names: %w%s", foreign.WithoutURL(err), foreign.ShellsPart())
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, `SELECT current_setting('max_connections')::int`).Scan(&n); err != nil {
		return 0, fmt.Errorf("ask the database that TEST_DATABASE_URL names for max_connections: %w", err)
	}
	return n, nil
}
