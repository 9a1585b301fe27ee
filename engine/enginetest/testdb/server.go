package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/testdb/container"
)

// serverURL returns the value of TEST_DATABASE_URL. If this variable is not set, serverURL starts a
// server for this test binary, and returns its URL. The server ends with the test binary.
func serverURL(t testing.TB) string {
	t.Helper()
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		return given
	}
	own, err := startOwn()
	if err != nil {
		t.Fatal(err)
	}
	return own
}

// Durable reports whether the server keeps acknowledged commits after a crash. A server that
// package testdb has started is not durable. The server that TEST_DATABASE_URL names may be
// durable.
func Durable(t testing.TB) (is bool) {
	t.Helper()
	connected(t, serverURL(t), func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'`).Scan(&is)
	})
	return is
}

var startOwn = sync.OnceValues(func() (string, error) { return own(local, inContainer) })

// held refers to the container of this test binary. Without this reference, the garbage collector
// would end the container.
var held *container.Server //nolint:unused // the variable exists only to keep the reference

// own starts a server with the PostgreSQL programs of this machine. If this machine has no such
// programs, own starts a server in a container.
func own(ofMachine, ofDocker func(context.Context) (string, error)) (string, error) {
	url, err := ofMachine(context.Background())
	if err == nil || !errors.Is(err, binaries.ErrNotFound) {
		return url, err
	}
	url, dockerErr := ofDocker(context.Background())
	if dockerErr != nil {
		return "", fmt.Errorf("no database to test on: TEST_DATABASE_URL is not set; %w; %w. "+
			"Set it, install PostgreSQL or start Docker; or run `go run ./cmd/dev test`, which gets a database where it can", err, dockerErr)
	}
	return url, nil
}

func local(ctx context.Context) (string, error) {
	server, err := devdb.Start(ctx, devdb.Options{})
	if err != nil {
		return "", err
	}
	return server.URL, nil
}

func inContainer(ctx context.Context) (string, error) {
	if err := container.Answers(ctx); err != nil {
		return "", fmt.Errorf("no Docker engine answers (%w)", err)
	}
	server, err := container.Fresh(ctx)
	if err != nil {
		return "", errors.Join(err, server.Stop())
	}
	held = server
	return server.URL, nil
}
